package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelPolicy;
import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import dev.hangup.Fork;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
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
  void route() throws IOException {
    Handler place = (_, response) -> response.status(201).empty();
    Handler search = (_, response) -> response.text("found");
    // @start region="route"
    Router router =
        Router.empty()
            .post("/orders", place, route -> route.withPolicy(CancelPolicy.FINISH))
            .get("/search", search, route -> route.withTimeout(Duration.ofSeconds(2)));
    // @end
    try (Harness harness = Harness.start(router)) {
      assertThat(harness.answer("POST", "/orders")).startsWith("HTTP/1.1 201");
      assertThat(harness.answer("GET", "/search")).endsWith("found");
    }
  }

  @Test
  void middleware() throws IOException {
    Router router = Router.empty().get("/", (_, response) -> response.text("welcome"));
    // @start region="middleware"
    UnaryOperator<Handler> identified =
        inner ->
            (request, response) -> {
              response.header("X-Request-Id", request.header("X-Request-Id").orElse("none"));
              inner.handle(request, response); // throws when the client hangs up: let it pass
            };
    Handler handler = router.with(identified);
    // @end
    try (Harness harness = Harness.start(handler)) {
      assertThat(harness.answer("GET", "/")).containsIgnoringCase("\r\nx-request-id: none\r\n");
    }
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

  @Test
  void events() throws Exception {
    List<String> prices = List.of("1.10", "1.11", "1.12");
    // @start region="events"
    Handler ticker =
        (request, response) -> {
          int next = request.lastEventId().map(Integer::parseInt).orElse(-1) + 1;
          ServerEvents events = response.events(o -> o.withHeartbeat(Duration.ofSeconds(5)));
          for (int i = next; i < prices.size(); i++) {
            events.emit(ServerEvent.of(prices.get(i)).withId("" + i).withName("price"));
          }
        };
    // @end
    try (Harness harness = Harness.start(ticker)) {
      String again =
          "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\nLast-Event-ID: 1\r\n\r\n";
      assertThat(Chunks.of(harness.exchange(again)))
          .containsExactly("id: 2\nevent: price\ndata: 1.12\n\n");
    }
  }

  @Test
  void files(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("index.html"), "home");
    // @start region="files"
    Router router =
        Router.empty().get("/{path...}", StaticFiles.in(folder).withCacheControl("no-cache"));
    // @end
    try (Harness harness = Harness.start(router)) {
      assertThat(harness.answer("GET", "/")).endsWith("\r\n\r\nhome");
    }
  }

  @Test
  void cors() throws IOException {
    Router router = Router.empty().get("/", (_, response) -> response.text("welcome"));
    // @start region="cors"
    Handler open =
        router.with(
            Cors.allowing("https://app.example")
                .withMethods("GET", "PUT")
                .withHeaders("Content-Type")
                .withCredentials());
    // @end
    try (Harness harness = Harness.start(open)) {
      assertThat(harness.answer("GET", "/")).containsIgnoringCase("\r\nvary: origin\r\n");
    }
  }

  @Test
  void security() throws IOException {
    Router router = Router.empty().get("/", (_, response) -> response.text("welcome"));
    // @start region="security"
    Handler careful =
        router.with(
            SecurityHeaders.standard().withHeader("Content-Security-Policy", "default-src 'self'"));
    // @end
    try (Harness harness = Harness.start(careful)) {
      assertThat(harness.answer("GET", "/")).contains(": default-src 'self'\r\n");
    }
  }

  @Test
  void id() throws IOException {
    // @start region="id"
    Handler handler =
        (request, response) -> {
          try (CancelScope scope = CancelScope.open()) {
            Fork<String> fork = scope.fork(RequestId.wrap(() -> "id " + RequestId.current().get()));
            response.text(fork.join());
          }
        };
    Handler named = handler.with(RequestId::around);
    // @end
    try (Harness harness = Harness.start(named)) {
      assertThat(harness.answer("GET", "/")).containsPattern("\r\n\r\nid [0-9a-f-]{36}$");
    }
  }

  @Test
  void jsonLines() throws Exception {
    List<String> rows = List.of("{\"id\":1}", "{\"id\":2}");
    // @start region="jsonLines"
    Handler export =
        (_, response) -> {
          JsonLines lines = response.jsonLines();
          for (String row : rows) {
            lines.emit(row); // waits for a slow client
          }
          response.trailer("X-Rows", "" + rows.size());
        };
    // @end
    try (Harness harness = Harness.start(export)) {
      assertThat(harness.answer("GET", "/")).contains("{\"id\":2}\n").endsWith("X-Rows: 2\r\n\r\n");
    }
  }

  @Test
  void concurrency() throws IOException {
    Handler report = (_, response) -> response.text("report");
    // @start region="concurrency"
    Router router = Router.empty().get("/report", report.with(ConcurrencyLimit.of(4, 20)));
    // @end
    try (Harness harness = Harness.start(router)) {
      assertThat(harness.answer("GET", "/report")).endsWith("report");
    }
  }

  @Test
  void hints() throws Exception {
    // @start region="hints"
    Handler page =
        (request, response) -> {
          if (request.protocol().equals("HTTP/2.0")) {
            response.earlyHints("</style.css>; rel=preload; as=style");
          }
          response.header("Link", "</style.css>; rel=preload; as=style");
          response.bytes("text/html; charset=utf-8", slowPage());
        };
    // @end
    try (Harness harness = Harness.start(page);
        Http2Peer peer = Http2Peer.connect(harness)) {
      assertThat(harness.answer("GET", "/")).startsWith("HTTP/1.1 200 ").contains("Link: ");
      assertThat(peer.await(peer.get("/")).informational).isEqualTo(1);
    }
  }

  private static byte[] slowPage() {
    return "<!doctype html>".getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void outcome() throws Exception {
    Queue<String> queue = new ConcurrentLinkedQueue<>(List.of("a message"));
    // @start region="outcome"
    Handler poll =
        (_, response) -> {
          String message = queue.peek();
          response.text(message);
          if (response.awaitOutcome() == Outcome.DELIVERED) {
            queue.remove(message); // else the next poll gets it
          }
        };
    // @end
    try (Harness harness = Harness.start(poll);
        RawClient client = harness.connect()) {
      assertThat(client.request("GET", "/").readResponse()).endsWith("a message");
      Harness.await("the message is gone", queue::isEmpty);
    }
  }

  @Test
  void rate() throws IOException {
    Router router = Router.empty().get("/", (_, response) -> response.text("welcome"));
    // @start region="rate"
    RateLimit limit =
        RateLimit.of(60, Duration.ofMinutes(1))
            .withBurst(10)
            .withKey(request -> request.header("X-Api-Key").orElse("nobody"));
    Handler fair = router.with(limit);
    // @end
    try (Harness harness = Harness.start(fair)) {
      assertThat(harness.answer("GET", "/")).endsWith("welcome");
    }
  }

  @Test
  void json() throws IOException {
    // @start region="json"
    Json json = Json.of(JacksonTrees::parse, JacksonTrees::write); // or another library's two
    Router router =
        Router.empty()
            .post(
                "/double",
                (request, response) -> {
                  int a = ((Number) json.read(request, Map.class).get("a")).intValue();
                  json.write(response, Map.of("a", 2 * a));
                });
    // @end
    try (Harness harness = Harness.start(router);
        RawClient client = harness.connect()) {
      String post = Harness.post("/double", "{\"a\":21}");
      client.send(post.replace("\r\nHost", "\r\nContent-Type: application/json\r\nHost"));
      assertThat(client.readResponse()).endsWith("{\"a\":42}");
    }
  }

  @Test
  void pieces(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("index.html"), "home");
    Handler report = (_, response) -> response.text("report");
    // @start region="pieces"
    Handler handler =
        Router.empty()
            .get("/report", report.with(ConcurrencyLimit.of(4, 20)))
            .get("/{path...}", StaticFiles.in(folder))
            .with(RateLimit.of(600, Duration.ofMinutes(1)))
            .with(Cors.allowing("https://app.example"))
            .with(SecurityHeaders.standard())
            .with(RequestId::around); // the outermost: refusals have an id, too
    // @end
    try (Harness harness = Harness.start(handler)) {
      assertThat(harness.answer("GET", "/"))
          .endsWith("\r\n\r\nhome")
          .containsIgnoringCase("\r\nx-request-id: ");
      assertThat(harness.answer("GET", "/report")).endsWith("report");
    }
  }
}
