package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged demo, and the JDK's client, whose requests share one HTTP/2 connection.
class Http2ClientIT {
  private DemoProcess demo;
  private HttpClient client;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    demo = DemoProcess.startWithTls(folder);
    client = HttpClient.newBuilder().sslContext(trusting()).build();
    get("warm-up", "work?steps=1&ms=0").join(); // the next ones find a connection
  }

  @AfterEach
  void stop() throws Exception {
    if (client != null) {
      client.shutdownNow();
    }
    if (demo != null) {
      demo.stop();
    }
  }

  @Test
  void cancelledRequestStopsItsWorkAndLeavesItsSibling() throws Exception {
    CompletableFuture<HttpResponse<String>> left = get("left", "work?steps=1000&ms=50");
    CompletableFuture<HttpResponse<String>> sibling = get("sibling", "work?steps=10&ms=50");
    demo.awaitTraced("left", "working");
    demo.awaitTraced("sibling", "working");
    left.cancel(true);

    assertThat(demo.awaitTraced("left", "told").reason()).isEqualTo("stream_reset");
    assertThat(demo.awaitTraced("left", "stopped").reason()).isEqualTo("stream_reset");
    assertThat(sibling.join().version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(sibling.join().body()).contains("Task completed successfully");
    demo.awaitAccess("GET /work\\?steps=1000&ms=50", "HTTP/2.0", "499 0", "stream_reset");
  }

  @Test
  void closedBodyStopsItsEventsAndLeavesItsSibling() throws Exception {
    CompletableFuture<HttpResponse<String>> sibling = get("sibling", "work?steps=10&ms=50");
    HttpRequest request = request("left", "sse?count=1000&ms=20");
    try (InputStream body = client.send(request, BodyHandlers.ofInputStream()).body()) {
      assertThat(body.readNBytes(5)).asString().isEqualTo("id: 1");
    }

    assertThat(demo.awaitTraced("left", "stopped").reason()).isEqualTo("stream_reset");
    assertThat(sibling.join().body()).contains("Task completed successfully");
  }

  private CompletableFuture<HttpResponse<String>> get(String id, String path) {
    return client.sendAsync(request(id, path), BodyHandlers.ofString());
  }

  private HttpRequest request(String id, String path) {
    return HttpRequest.newBuilder(URI.create(demo.secureUrl(path)))
        .header("X-Request-Id", id)
        .build();
  }

  /// Trusts the demo's certificate and no other.
  private static SSLContext trusting() throws Exception {
    KeyStore made = KeyStore.getInstance("PKCS12");
    try (InputStream in =
        Files.newInputStream(DemoProcess.cache().resolve("hangup/localhost.p12"))) {
      made.load(in, "hangup".toCharArray());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("demo", made.getCertificate("localhost"));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
