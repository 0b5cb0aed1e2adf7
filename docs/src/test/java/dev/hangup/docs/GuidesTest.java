package dev.hangup.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.Deadline;
import dev.hangup.Hangup;
import dev.hangup.client.jdk.CancellableHttpClient;
import dev.hangup.server.Handler;
import dev.hangup.server.HttpException;
import dev.hangup.server.Request;
import dev.hangup.server.Server;
import dev.hangup.server.ServerEvents;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.Trail;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The code of the guides that no module's own test has, run.
class GuidesTest {
  @Test
  void modelHearsThatTheReaderHasLeft() throws Exception {
    CompletableFuture<CancelReason> told = new CompletableFuture<>();
    Handler generator =
        (_, response) -> {
          Cancellation.current().onCancel(told::complete);
          ServerEvents events = response.events();
          events.emit("when");
          events.emit("the");
          new CountDownLatch(1).await(); // thinks
        };
    try (Server upstream = start(generator);
        Server server = start(chat(url(upstream)));
        RawClient reader = RawClient.connect(server.address())) {
      reader.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\n{}");
      assertThat(reader.readHead()).startsWith("HTTP/1.1 200 ");
      readUntil(reader, "data: the");
      reader.leave(new Leaving.Close());
      assertThat(told.get(30, TimeUnit.SECONDS).isHangUp()).isTrue();
    }
  }

  private static void readUntil(RawClient reader, String line) throws IOException {
    while (!reader.readLine().contains(line)) {
      // the chunk before it
    }
  }

  private static Handler chat(URI model) {
    // @start region="chat"
    HttpClient models = CancellableHttpClient.wrap(HttpClient.newHttpClient());
    Handler chat =
        (request, response) -> {
          HttpRequest question =
              HttpRequest.newBuilder(model)
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofByteArray(request.bodyBytes()))
                  .build();
          HttpResponse<InputStream> answer = models.send(question, BodyHandlers.ofInputStream());
          if (answer.statusCode() != 200) {
            answer.body().close();
            throw new HttpException(502, "the model answered " + answer.statusCode());
          }
          try (InputStream tokens = answer.body();
              OutputStream out = response.stream("text/event-stream")) {
            tokens.transferTo(out); // each piece is sent as it comes
          }
        };
    // @end
    return chat;
  }

  @Test
  void partThatIsLateIsLeftOut() throws Exception {
    // @start region="part"
    Handler product =
        (request, response) -> {
          String reviews;
          try {
            reviews = Hangup.withDeadline(Duration.ofMillis(200), () -> reviews(request));
          } catch (CancelledException late) {
            Cancellation.current().check(); // the whole request's: then nobody waits any more
            reviews = "no reviews now";
          }
          response.text(reviews);
        };
    // @end
    try (Server server = start(product)) {
      assertThat(get(server, "/")).endsWith("no reviews now");
    }
  }

  private static String reviews(Request request) throws InterruptedException {
    new CountDownLatch(1).await(); // for ever
    return request.path();
  }

  @Test
  void whoHasLittleTimeGetsLess() throws Exception {
    // @start region="left"
    Handler search =
        (_, response) -> {
          Optional<Duration> left = Cancellation.current().deadline().map(Deadline::remaining);
          boolean hurry = left.isPresent() && left.get().compareTo(Duration.ofSeconds(1)) < 0;
          response.text(hurry ? "the first ten" : "all of them");
        };
    // @end
    try (Server server = start(search)) {
      assertThat(get(server, "/")).endsWith("all of them");
      assertThat(get(server, "/", "Request-Timeout: 600")).endsWith("all of them");
      assertThat(get(server, "/", "Request-Timeout: 0.999"))
          .matches("(?s).*(the first ten|504 .*)"); // the latter where 1 s is nothing
    }
  }

  @Test
  void whoIsBeingServedGetsAnAnswer() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Handler handler =
        (_, response) -> {
          running.countDown();
          goOn.await();
          response.text("done");
        };
    // @start region="drain"
    Server server =
        Server.start(
            handler,
            o ->
                o.withPort(0)
                    .withHealth("/live", "/ready")
                    .withDrainTimeout(Duration.ofSeconds(20)));
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::drain));
    // @end
    try (RawClient client = RawClient.connect(server.address())) {
      assertThat(get(server, "/ready")).endsWith("ready\n");
      client.request("GET", "/");
      running.await();
      Thread drain = Thread.ofPlatform().start(server::drain);
      goOn.countDown();
      assertThat(client.readResponse()).endsWith("done");
      drain.join();
    }
  }

  @Test
  void handlersStopIsSeenByItsTrail() throws Exception {
    // @start region="trail"
    Trail trail = new Trail();
    Handler report =
        (_, _) -> {
          try {
            trail.add("working");
            Thread.sleep(Duration.ofMinutes(5)); // what the real one waits for
          } finally {
            trail.add("cleaned up");
          }
        };
    try (Server server = Server.start(report, o -> o.withPort(0));
        RawClient client = RawClient.connect(server.address())) {
      client.request("GET", "/");
      trail.await("working");
      client.leave(new Leaving.Reset()); // or Close, as a closed tab does
      trail.await("cleaned up");
    }
    assertThat(trail.events()).containsExactly("working", "cleaned up");
    // @end
  }

  private static Server start(Handler handler) throws IOException {
    return Server.start(handler, o -> o.withPort(0));
  }

  private static URI url(Server server) {
    return URI.create("http://127.0.0.1:" + server.port() + "/");
  }

  private static String get(Server server, String path, String... fields) throws IOException {
    try (RawClient client = RawClient.connect(server.address())) {
      String head = "GET " + path + " HTTP/1.1\r\nHost: test\r\n";
      for (String field : fields) {
        head += field + "\r\n";
      }
      return client.send(head + "\r\n").readResponse();
    }
  }
}
