package dev.hangup.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.Tools;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// An answer that comes before the end of its request: clients that still send can read it.
class EarlyAnswerTest {
  private static final int SENT = 6 << 20;

  @TempDir private Path folder;
  private final Logs logs = new Logs();
  private Harness harness;

  @BeforeEach
  void start() throws Exception {
    Tls tls = Tls.selfSigned(folder);
    Router router =
        Router.empty()
            .get("/", (_, response) -> response.text("fine"))
            .post("/", (request, response) -> response.bytes("a/b", request.bodyBytes()));
    harness = Harness.start(router, o -> o.withMaxBodyBytes(1 << 20).withTls(0, tls));
  }

  @AfterEach
  void stop() {
    harness.close();
    logs.close();
    assertThat(logs.alarmTexts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http2-prior-knowledge"})
  void curlReadsWhyItsUploadIsRefused(String protocol) throws Exception {
    Path body = Files.write(folder.resolve("body"), new byte[SENT]);
    String url = "http:/" + harness.server.address() + "/";
    for (int round = 0; round < 5; round++) {
      Process curl =
          new ProcessBuilder(
                  Tools.require("curl").toString(),
                  "-sS",
                  protocol,
                  "-H",
                  "Expect:",
                  "-H",
                  "Transfer-Encoding: chunked",
                  "--data-binary",
                  "@" + body,
                  url)
              .redirectErrorStream(true)
              .start();
      assertThat(new String(curl.getInputStream().readAllBytes(), UTF_8))
          .startsWith("413 Request Entity Too Large: ");
      assertThat(curl.waitFor()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void javasClientReadsWhyItsUploadIsRefused(HttpClient.Version version) throws Exception {
    try (HttpClient client =
        HttpClient.newBuilder().version(version).sslContext(trusting()).build()) {
      URI root = URI.create("https://localhost:" + harness.server.tlsPort() + "/");
      for (int round = 0; round < 5; round++) {
        HttpRequest upload =
            HttpRequest.newBuilder(root)
                .POST(HttpRequest.BodyPublishers.ofInputStream(EarlyAnswerTest::body))
                .build();
        var refused = client.send(upload, BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).contains("longer than");
        var next = client.send(HttpRequest.newBuilder(root).build(), BodyHandlers.ofString());
        assertThat(next.body()).isEqualTo("fine");
      }
    }
  }

  private static InputStream body() {
    return new java.io.ByteArrayInputStream(new byte[SENT]);
  }

  private SSLContext trusting() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("localhost.p12"))) {
      store.load(in, "hangup".toCharArray());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", store.getCertificate("localhost"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
