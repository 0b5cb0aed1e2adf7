package dev.hangup.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.RawClient;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a review found to be otherwise: the rest.
@Timeout(60)
class ReviewMoreTest {
  private final Semaphore arrived = new Semaphore(0);
  private final Semaphore free = new Semaphore(0);

  /// An orchestrator that is not answered kills the process.
  @Test
  void busyServerIsAlive() throws Exception {
    Handler patient =
        (_, response) -> {
          arrived.release();
          free.acquire();
          response.text("done");
        };
    Router routes = Router.empty().get("/", patient).get("/live", Health.live());
    try (Harness harness = Harness.start(routes, o -> o.withMaxHandlers(1).withMaxWaiting(0));
        RawClient _ = harness.connect().send(Harness.get("/"))) {
      arrived.acquire();
      assertThat(harness.answer("GET", "/live")).startsWith("HTTP/1.1 200");
      free.release();
    }
  }

  /// What a failed write has put into the compressor is lost: no later write may make the answer
  /// look whole.
  @Test
  void answerWithAFailedWriteNeverLooksWhole() throws Exception {
    CompletableFuture<Object> failed = new CompletableFuture<>();
    byte[] noise = new byte[24 << 20];
    new java.util.Random(1).nextBytes(noise);
    Handler handler =
        (_, response) -> {
          Thread own = Thread.currentThread();
          OutputStream out = response.stream("text/plain", noise.length);
          Thread interrupter =
              Thread.ofVirtual()
                  .start(() -> {
                    Harness.pause(1_500);
                    own.interrupt();
                  });
          int done = 0;
          while (done < noise.length) {
            try {
              out.write(noise, done, 16 << 10);
              done += 16 << 10;
            } catch (java.io.InterruptedIOException e) {
              boolean interrupted = Thread.interrupted();
              failed.complete(interrupted);
              free.acquire(); // and tries again
            }
          }
          interrupter.join();
        };
    try (Harness harness = Harness.start(handler);
        RawClient client =
            harness
                .connect()
                .send(
                    "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAccept-Encoding: gzip\r\n\r\n")) {
      failed.get(20, TimeUnit.SECONDS);
      free.release();
      assertThat(client.readAll()).doesNotEndWith("0\r\n\r\n");
    }
  }

  /// A field of 64 KiB is one of bytes.
  @Test
  void fieldsAreMeasuredInBytesInBothKindsOfForm() throws Exception {
    Handler handler =
        (request, response) -> response.text("" + request.form().field("a").isPresent());
    String body = "a=" + "\u00e9".repeat(40_000);
    try (Harness harness = Harness.start(handler);
        RawClient client = harness.connect()) {
      client.send(
          ("POST / HTTP/1.1\r\nHost: test\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                  + "Content-Length: "
                  + body.getBytes(UTF_8).length
                  + "\r\n\r\n"
                  + body)
              .getBytes(UTF_8));
      assertThat(client.readResponse()).startsWith("HTTP/1.1 413");
    }
  }

  /// The client has all of a HEAD's answer at once, and may ask for the next.
  @Test
  void nextRequestDoesNotWaitForAStreamThatAHeadAskedFor() throws Exception {
    Handler handler =
        (request, response) -> {
          if (request.path().equals("/events")) {
            ServerEvents events = response.events();
            while (true) {
              events.emit("again");
              Thread.sleep(10);
            }
          }
          response.text("next");
        };
    try (Harness harness = Harness.start(handler);
        RawClient client = harness.connect()) {
      client.send("HEAD /events HTTP/1.1\r\nHost: test\r\n\r\n");
      assertThat(client.readHead()).startsWith("HTTP/1.1 200");
      client.send(Harness.get("/next"));
      CompletableFuture<String> next = new CompletableFuture<>();
      Thread _ =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  next.complete(client.readResponse());
                } catch (Exception e) {
                  next.completeExceptionally(e);
                }
              });
      assertThat(next.get(3, TimeUnit.SECONDS)).endsWith("next");
    }
  }
}
