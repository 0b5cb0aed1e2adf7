package dev.hangup.demo;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the style guide says and a machine can see, for all modules.
class HouseRulesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.hangup");

  @Test
  void coreDependsOnTheJdkAlone() {
    classes()
        .that()
        .resideInAPackage("dev.hangup")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.hangup", "java..", "jdk..", "org.jspecify..")
        .check(CLASSES);
  }

  @Test
  void nothingPublishedDependsOnWhatIsNot() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.hangup.demo..", "dev.hangup.lab..", "dev.hangup.bench..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.hangup.demo..", "dev.hangup.lab..", "dev.hangup.bench..")
        .check(CLASSES);
  }

  @Test
  void serverDoesNotDependOnItsTests() {
    noClasses()
        .that()
        .resideInAPackage("dev.hangup.server..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.hangup.testkit..")
        .check(CLASSES);
  }

  @Test
  void namesSayHow() {
    noClasses()
        .should()
        .haveNameMatching(".*[.$](\\w*(Impl|Utils?|Manager)|(Default|Abstract)[A-Z]\\w*)")
        .check(CLASSES);
  }

  @Test
  void publicTypesAreClosed() {
    classes()
        .that()
        .resideInAnyPackage("dev.hangup", "dev.hangup.server")
        .and()
        .arePublic()
        .should(beClosed())
        .check(CLASSES);
  }

  private static ArchCondition<JavaClass> beClosed() {
    return new ArchCondition<>("be final, a record, an enum, sealed, or a functional interface") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean closed =
            type.getModifiers().contains(JavaModifier.FINAL)
                || type.isEnum()
                || type.reflect().isSealed()
                || type.isAnnotatedWith(FunctionalInterface.class);
        events.add(new SimpleConditionEvent(type, closed, type.getName() + " can be extended"));
      }
    };
  }

  @Test
  void noSourceIsLongerThan500Lines() throws IOException {
    assertThat(longer(files(".java"), 500)).isEmpty();
  }

  @Test
  void noPomIsLong() throws IOException {
    Path root = root().resolve("pom.xml");
    List<Path> modules = files("pom.xml").stream().filter(file -> !file.equals(root)).toList();

    assertThat(longer(modules, 80)).isEmpty();
    assertThat(longer(List.of(root), 300)).isEmpty();
  }

  private static List<String> longer(List<Path> files, long most) {
    return files.stream()
        .filter(file -> lines(file) > most)
        .map(file -> file + ": " + lines(file) + " lines (expected: at most " + most + ")")
        .toList();
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The repository's files whose name ends so, without what was built and what is hidden.
  private static List<Path> files(String end) throws IOException {
    List<Path> found = new ArrayList<>();
    Path root = root();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            boolean skipped = name.equals("target") || name.startsWith(".");
            return skipped && !folder.equals(root)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.getFileName().toString().endsWith(end)) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    assertThat(found).as("files *" + end + " under " + root).isNotEmpty();
    return found;
  }

  private static Path root() throws IOException {
    return Path.of(System.getProperty("hangup.root")).toRealPath();
  }
}
