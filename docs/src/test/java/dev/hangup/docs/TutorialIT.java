package dev.hangup.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.hangup.Deadline;
import dev.hangup.testkit.Tools;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tutorials, done as they say; but for Maven, whose part the build itself has done.
class TutorialIT {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir Path folder;

  @BeforeAll
  static void needsCurl() {
    var _ = Tools.require("curl");
  }

  @Test
  void ownServersQueryStopsWithItsCaller() throws Exception {
    Tutorial tutorial = Tutorial.of("docs/tutorial.md", "docs/tutorial/server", folder);
    tutorial.type();
    tutorial.fetch("demo", "hangup-core|netty-.*");
    try (Service service = Service.start(folder, "exec " + tutorial.commands("java "))) {
      service.await("listening on port " + tutorial.port());
      stops(tutorial);
      service.await("over: select sum.*");
      service.await(".*\"GET /report HTTP/1.1\" 499 0 [\\d.]+ client_closed");
    }
  }

  @Test
  void springsQueryStopsWithItsCaller() throws Exception {
    Tutorial tutorial = Tutorial.of("docs/tutorial-spring.md", "docs/tutorial/spring", folder);
    tutorial.type();
    tutorial.fetch(
        "demo/spring",
        "hangup-(core|servlet|watch)|(?!hangup-|postgresql|spring-boot-(starter-)?restclient).*");
    assertThat(folder.resolve("lib"))
        .as("Spring Boot of the tutorial's version")
        .isDirectoryContaining("glob:**/spring-boot-" + parent(tutorial) + ".jar");
    compile("src/main/java/reports/Reports.java");
    String classes = "src/main/resources:classes:lib/*";
    String java = "exec java --enable-native-access=ALL-UNNAMED -Dserver.port=" + tutorial.port();
    try (Service service = Service.start(folder, java + " -cp '" + classes + "' reports.Reports")) {
      service.await(".* hang-ups on other servers' sockets are seen by epoll");
      service.await(".* Started Reports in .*");
      assertThat(stops(tutorial)).contains("\"route\":\"/report\",\"reason\":\"client_closed\"");
      assertThat(service.printed()).doesNotContain(" ERROR ");
    }
  }

  private static String parent(Tutorial tutorial) {
    String pom = Documents.read(tutorial.files().resolve("pom.xml"));
    return pom.replaceFirst(
        "(?s).*starter-parent</artifactId>\\s*<version>([^<]+)</version>.*", "$1");
  }

  private void compile(String source) throws IOException {
    String classPath;
    try (Stream<Path> jars = Files.list(folder.resolve("lib"))) {
      classPath = jars.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-cp",
                classPath,
                "-proc:none",
                "-d",
                folder.resolve("classes").toString(),
                folder.resolve(source).toString());
    assertThat(failed).as("javac's exit value for " + source).isZero();
  }

  /// Hangs up as the page says; then once more as soon as the database is seen to compute, so that
  /// nothing hangs on how fast the machine is.
  ///
  /// @return what the page's commands printed
  private String stops(Tutorial tutorial) throws Exception {
    awaitRunning(tutorial, "0");
    String printed;
    try (Service commands = Service.start(folder, tutorial.commands("curl "))) {
      printed = commands.awaitEnd();
    }
    try (Service _ = Service.start(folder, "exec curl " + tutorial.url("/report"))) {
      awaitRunning(tutorial, "1");
    }
    awaitRunning(tutorial, "0");
    return printed;
  }

  private static void awaitRunning(Tutorial tutorial, String wanted) throws Exception {
    Deadline deadline = Deadline.after(Duration.ofSeconds(60));
    while (!running(tutorial).equals(wanted)) {
      if (deadline.isExpired()) {
        fail("queries that the database computes: " + running(tutorial) + ", not " + wanted);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static String running(Tutorial tutorial) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(tutorial.url("/running"))).build();
    return CLIENT.send(request, BodyHandlers.ofString()).body().strip();
  }
}
