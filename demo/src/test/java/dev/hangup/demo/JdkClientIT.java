package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The packaged demo, and the JDK's client, which gives up one of two requests. Over HTTP/2 they
/// share a connection, and it stays.
@ParameterizedClass
@EnumSource(names = {"HTTP_1_1", "HTTP_2"})
class JdkClientIT {
  private static DemoProcess demo;

  @Parameter private Version version;

  private HttpClient client;
  private String test;
  private HttpResponse<String> first;
  private CompletableFuture<HttpResponse<String>> sibling;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    demo = DemoProcess.startWithTls(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    if (demo != null) {
      demo.stop();
    }
  }

  @BeforeEach
  void connect(TestInfo info) throws Exception {
    test = version + "-" + info.getTestMethod().orElseThrow().getName() + "-";
    client = HttpClient.newBuilder().version(version).sslContext(DemoCertificate.trusted()).build();
    first = get("first", "work?steps=1&ms=0").join(); // the next ones find a connection
    sibling = get("sibling", "work?steps=10&ms=50");
    demo.awaitTraced(test + "sibling", "started");
  }

  @AfterEach
  void disconnect() {
    client.shutdownNow();
  }

  @Test
  void cancelledRequestStopsItsWork() throws Exception {
    CompletableFuture<HttpResponse<String>> left = get("left", "work?steps=1000&ms=50");
    demo.awaitTraced(test + "left", "working");
    left.cancel(true);

    seesLeftStopped();
    seesSiblingFinished();
  }

  @Test
  void interruptedSendStopsItsWork() throws Exception {
    HttpRequest request = request("left", "work?steps=1000&ms=50").build();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread sender =
        Thread.ofPlatform()
            .start(() -> {
              try {
                client.send(request, BodyHandlers.ofString());
              } catch (Exception e) {
                thrown.complete(e);
              }
            });
    demo.awaitTraced(test + "left", "working");
    sender.interrupt();

    assertThat(thrown.join()).isInstanceOf(InterruptedException.class);
    seesLeftStopped();
    seesSiblingFinished();
  }

  @Test
  void timeoutStopsItsWork() throws Exception {
    HttpRequest request =
        request("left", "work?steps=1000&ms=50").timeout(Duration.ofSeconds(3)).build();

    assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
        .isInstanceOf(HttpTimeoutException.class);
    seesLeftStopped();
    seesSiblingFinished();
  }

  @Test
  void closedBodyStopsItsEvents() throws Exception {
    HttpRequest request = request("left", "sse?count=1000&ms=20").build();
    try (InputStream body = client.send(request, BodyHandlers.ofInputStream()).body()) {
      assertThat(body.readNBytes(5)).asString().isEqualTo("id: 1");
    }

    seesLeftStopped();
    seesSiblingFinished();
  }

  private void seesLeftStopped() throws Exception {
    String reason = overHttp2() ? "stream_reset" : "client_(closed|reset)|write_failed";
    assertThat(demo.awaitTraced(test + "left", "told").reason()).matches(reason);
    assertThat(demo.awaitTraced(test + "left", "stopped").reason()).matches(reason);
  }

  private void seesSiblingFinished() {
    HttpResponse<String> next = get("next", "work?steps=1&ms=0").join();

    assertThat(sibling.join().body()).contains("Task completed successfully");
    assertThat(sibling.join().version()).isEqualTo(version);
    if (overHttp2()) {
      assertThat(first.connectionLabel())
          .isPresent()
          .isEqualTo(sibling.join().connectionLabel())
          .isEqualTo(next.connectionLabel());
    }
  }

  private boolean overHttp2() {
    return version == Version.HTTP_2;
  }

  private CompletableFuture<HttpResponse<String>> get(String id, String path) {
    return client.sendAsync(request(id, path).build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String id, String path) {
    String url = overHttp2() ? demo.secureUrl(path) : demo.url(path);
    return HttpRequest.newBuilder(URI.create(url)).header("X-Request-Id", test + id);
  }
}
