package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.Cancellation;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the javadoc shows.
class SnippetsTest {
  @TempDir Path temporary;

  @Test
  void handler() throws IOException {
    // @start region="handler"
    Handler hello =
        (request, response) -> {
          String name = request.query("name").orElse("world");
          if (name.isBlank()) {
            throw new HttpException(400, "name: blank (expected: a name)");
          }
          Thread.sleep(20); // interrupted when the client hangs up
          response.text("Hello, " + name + "!");
        };
    // @end
    try (Harness harness = Harness.start(hello)) {
      assertThat(harness.answer("GET", "/?name=Ada")).endsWith("\r\n\r\nHello, Ada!");
      assertThat(harness.answer("GET", "/?name=+"))
          .endsWith("\r\n\r\n400 Bad Request: name: blank (expected: a name)\n");
    }
  }

  @Test
  void response() throws IOException {
    List<String> rows = List.of("1;Ada\n", "2;Grace\n");
    // @start region="response"
    Handler export =
        (request, response) -> {
          response.header("Content-Disposition", "attachment; filename=\"people.csv\"");
          OutputStream body = response.stream("text/csv; charset=utf-8");
          for (String row : rows) {
            body.write(row.getBytes(StandardCharsets.UTF_8)); // waits for a slow client
          }
        };
    // @end
    try (Harness harness = Harness.start(export)) {
      assertThat(harness.answer("GET", "/")).contains("\r\n1;Ada\n\r\n", "\r\n2;Grace\n\r\n0\r\n");
    }
  }

  @Test
  void form() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("reports"));
    // @start region="form"
    Handler upload =
        (request, response) -> {
          Form form = request.form();
          String title = form.field("title").orElse("untitled");
          FormFile report =
              form.file("report").orElseThrow(() -> new HttpException(400, "report: missing"));
          report.transferTo(folder.resolve(UUID.randomUUID() + ".pdf")); // not report.fileName()
          response.text(title + ": " + report.size() + " bytes");
        };
    // @end
    String body =
        """
        --x\r
        Content-Disposition: form-data; name="title"\r
        \r
        May\r
        --x\r
        Content-Disposition: form-data; name="report"; filename="may.pdf"\r
        \r
        %PDF\r
        --x--
        """;
    try (Harness harness = Harness.start(upload);
        RawClient client = harness.connect()) {
      String post = Harness.post("/", body);
      client.send(
          post.replaceFirst(
              "\r\n\r\n", "\r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n"));
      assertThat(client.readResponse()).endsWith("\r\n\r\nMay: 4 bytes");
      assertThat(folder).isDirectoryContaining("glob:**.pdf");
    }
  }

  @Test
  void server() throws IOException {
    Handler handler = (_, response) -> response.text("fine");
    // @start region="server"
    AccessLog log = AccessLog.printing(System.out);
    try (Server server = Server.start(handler, o -> o.withPort(0).withAccessLog(log))) {
      System.out.println("listening on port " + server.port());
    } // what still runs is cancelled
    // @end
  }

  @Test
  void router() throws IOException {
    // @start region="router"
    Router router =
        Router.empty()
            .get("/", (_, response) -> response.text("welcome"))
            .get(
                "/users/{id}",
                (request, response) -> response.text("user " + request.pathParameter("id")))
            .post(
                "/sum",
                (request, response) -> {
                  long sum = 0;
                  for (byte each : request.bodyBytes()) {
                    Cancellation.current().check(); // for loops that compute
                    sum += each;
                  }
                  response.text("sum " + sum);
                });
    // @end
    try (Harness harness = Harness.start(router)) {
      assertThat(harness.answer("GET", "/users/7")).endsWith("\r\n\r\nuser 7");
      assertThat(harness.connect().send(Harness.post("/sum", "\1\2\3")).readResponse())
          .endsWith("\r\n\r\nsum 6");
    }
  }
}
