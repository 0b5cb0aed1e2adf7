package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The tests that docs/cases.md names are there.
class CasesTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\|.*\\| ([^|]*) \\|$");
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+)(?:#(\\w+))?`");
  private static final Pattern SOURCES =
      Pattern.compile("[a-z0-9/-]+/src/(test/java|main/java/dev/hangup/testkit)/.*\\.java");

  @Test
  void everyCaseIsTestedOrPlanned() throws IOException {
    List<MatchResult> rows = ROW.matcher(cases()).results().toList();

    assertThat(rows)
        .extracting(row -> Integer.valueOf(row.group(1)))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 43).boxed().toList())
        .hasSize(rows.size());
    assertThat(rows)
        .extracting(row -> row.group(2))
        .allMatch(tests -> tests.startsWith("planned: ") || NAMED.matcher(tests).find());
  }

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    Map<String, String> sources = sources();
    assertThat(NAMED.matcher(cases()).results())
        .hasSizeGreaterThan(60)
        .allSatisfy(named -> {
          assertThat(sources).containsKey(named.group(1));
          if (named.group(2) != null) {
            assertThat(sources.get(named.group(1)))
                .containsPattern("(void|Stream<DynamicTest>) " + named.group(2) + "\\(");
          }
        });
  }

  private static String cases() throws IOException {
    return Files.readString(root().resolve("docs/cases.md"));
  }

  /// What stands in each test class.
  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    Path root = root();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (SOURCES.matcher(root.relativize(file).toString()).matches()) {
          String name = file.getFileName().toString().replace(".java", "");
          sources.merge(name, Files.readString(file), String::concat);
        }
      }
    }
    return sources;
  }

  private static Path root() throws IOException {
    return Path.of(System.getProperty("hangup.root")).toRealPath();
  }
}
