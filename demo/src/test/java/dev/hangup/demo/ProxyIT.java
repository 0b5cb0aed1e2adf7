package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.RawClient;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The packaged demo behind real proxies, and clients that hang up on the proxy.
class ProxyIT {
  private static final String GONE = "(client_closed|client_reset|stream_reset)";

  private static DemoProcess demo;
  private static Nginx nginx;
  private static HAProxy haproxy;

  @TempDir private static Path folder;

  /// A proxy, and what it speaks to the demo.
  enum Way {
    NGINX("HTTP/1.0"),
    HAPROXY("HTTP/1.1"),
    HAPROXY_H2C("HTTP/2.0");

    private final String protocol;

    Way(String protocol) {
      this.protocol = protocol;
    }

    String url(String path) {
      return switch (this) {
        case NGINX -> nginx.url(path);
        case HAPROXY -> haproxy.url(path);
        case HAPROXY_H2C -> haproxy.h2cUrl(path);
      };
    }

    /// HTTP/2, for who offers it.
    String secureUrl(String path) {
      return switch (this) {
        case NGINX -> nginx.secureUrl(path);
        case HAPROXY -> haproxy.secureUrl(path);
        case HAPROXY_H2C -> haproxy.secureH2cUrl(path);
      };
    }
  }

  @BeforeAll
  static void start() throws Exception {
    demo = DemoProcess.startWithTls(folder);
    nginx = Nginx.start(Files.createDirectory(folder.resolve("nginx")), demo.port());
    haproxy = HAProxy.start(Files.createDirectory(folder.resolve("haproxy")), demo.port());
  }

  @AfterAll
  static void stop() throws Exception {
    if (nginx != null) {
      nginx.stop();
    }
    if (haproxy != null) {
      haproxy.stop();
    }
    if (demo != null) {
      demo.stop();
    }
  }

  @ParameterizedTest
  @EnumSource
  void killedCurlStopsWork(Way way) throws Exception {
    String id = "work-" + way;
    String path = "work?steps=1000&ms=50&way=" + way;
    Process curl = curl(id, way.url(path));
    demo.awaitTraced(id, "working");
    curl.destroy();

    awaitStopped(id);
    demo.awaitAccess("GET /" + path.replace("?", "\\?"), way.protocol, "499 0", GONE);
  }

  @ParameterizedTest
  @EnumSource
  void killedCurlOverHttp2StopsWork(Way way) throws Exception {
    String id = "h2-" + way;
    Process curl = curl(id, way.secureUrl("work?steps=1000&ms=50"), "--insecure", "--http2");
    demo.awaitTraced(id, "working");
    curl.destroy();

    awaitStopped(id);
  }

  @ParameterizedTest
  @EnumSource
  void killedCurlStopsStream(Way way) throws Exception {
    String id = "stream-" + way;
    Process curl = curl(id, way.url("stream?count=1000&ms=20"));
    assertThat(curl.getInputStream().readNBytes(3 * 1024)).hasSize(3 * 1024);
    curl.destroy();

    TracedEvent stopped = demo.awaitTraced(id, "stopped");
    assertThat(stopped.reason()).matches(GONE + "|write_failed");
    assertThat(stopped.n()).isBetween(3L, 900L);
  }

  @ParameterizedTest
  @EnumSource
  void killedCurlWhoseUploadNobodyReadsStopsWork(Way way) throws Exception {
    String id = "unread-" + way;
    Path file = Files.write(folder.resolve(id), new byte[300_000]);
    Process curl = curl(id, way.url("work?steps=1000&ms=50"), "--data-binary", "@" + file);
    demo.awaitTraced(id, "working");
    curl.destroy();

    awaitStopped(id);
  }

  @ParameterizedTest
  @EnumSource(names = {"HAPROXY", "HAPROXY_H2C"})
  void killedCurlStopsUpload(Way way) throws Exception {
    String id = "upload-" + way;
    Process curl = curl(id, way.url("upload"), "-X", "POST", "-T", "-");
    send(curl, 100_000);
    Poll.until(
        demo::trace, trace -> trace.stream().anyMatch(e -> e.id().equals(id) && e.n() == 100_000));
    curl.destroy();

    awaitStopped(id);
  }

  /// It asks only when it has the whole body.
  @Test
  void uploadThatIsKilledBeforeNginxHasAllOfItNeverStarts() throws Exception {
    Process curl = curl("partial", nginx.url("upload"), "-X", "POST", "-T", "-");
    send(curl, 100_000);
    curl.destroy();
    curl.waitFor();
    Process patient = curl("whole", nginx.url("upload"), "-X", "POST", "-T", "-");
    send(patient, 100_000);
    patient.getOutputStream().close();

    assertThat(patient.inputReader().readLine()).isEqualTo("{\"bytes\":100000}");
    assertThat(demo.trace())
        .extracting(TracedEvent::id)
        .contains("whole")
        .doesNotContain("partial");
  }

  private static void send(Process curl, int bytes) throws Exception {
    OutputStream body = curl.getOutputStream();
    body.write(new byte[bytes]);
    body.flush();
  }

  @ParameterizedTest
  @EnumSource
  void streamGivenUpLeavesItsSibling(Way way) throws Exception {
    try (HttpClient client =
        HttpClient.newBuilder().sslContext(DemoCertificate.trusted()).build()) {
      HttpResponse<String> first = get(client, way, "first", "work?steps=1&ms=0").join();
      var left = get(client, way, "left", "work?steps=1000&ms=50");
      var sibling = get(client, way, "sibling", "work?steps=20&ms=50");
      demo.awaitTraced("left-" + way, "working");
      demo.awaitTraced("sibling-" + way, "working");
      left.cancel(true);

      awaitStopped("left-" + way);
      assertThat(sibling.join().version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(sibling.join().body()).contains("Task completed successfully");
      assertThat(sibling.join().connectionLabel()).isPresent().isEqualTo(first.connectionLabel());
    }
  }

  private static CompletableFuture<HttpResponse<String>> get(
      HttpClient client, Way way, String id, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(way.secureUrl(path)))
            .header("X-Request-Id", id + "-" + way)
            .build();
    return client.sendAsync(request, BodyHandlers.ofString());
  }

  /// A limit of the proxies: whether it waits they do not ask.
  @ParameterizedTest
  @EnumSource
  void clientThatEndsItsSendingIsTakenForGone(Way way) throws Exception {
    String id = "half-" + way;
    URI uri = URI.create(way.url("work?steps=1000&ms=50"));
    try (RawClient client =
        RawClient.connect(new InetSocketAddress(uri.getHost(), uri.getPort()))) {
      client.send(
          ("GET " + uri.getPath() + "?" + uri.getQuery() + " HTTP/1.1\r\n")
              + ("Host: test\r\nX-Request-Id: " + id + "\r\n\r\n"));
      demo.awaitTraced(id, "working");
      client.halfClose();

      awaitStopped(id);
      assertThat(client.readHead()).matches("(?s)(HTTP/1.1 400 .*)?");
    }
  }

  /// A limit of the proxy, which cannot be seen from behind: nothing reaches the demo.
  @Test
  void haproxyWithoutAbortOnCloseDoesNotTell() throws Exception {
    Process curl = curl("deaf", haproxy.deafUrl("work?steps=1000&ms=50"));
    demo.awaitTraced("deaf", "working");
    curl.destroy();
    curl.waitFor();

    demo.awaitGoesOn("deaf", 40);
  }

  private static void awaitStopped(String id) throws Exception {
    assertThat(demo.awaitTraced(id, "told").reason()).matches(GONE);
    assertThat(demo.awaitTraced(id, "stopped").reason()).matches(GONE);
  }

  private static Process curl(String id, String url, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("-H", "X-Request-Id: " + id, url));
    arguments.addAll(List.of(more));
    return Curl.start(arguments.toArray(String[]::new));
  }
}
