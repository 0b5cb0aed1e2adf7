package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.testkit.AnyCertificate;
import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.Tools;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Certificates, handshakes, and what is no handshake.
class TlsTest {
  private static final char[] PASSWORD = "hangup".toCharArray();

  @TempDir private Path folder;

  private final BlockingQueue<CancelReason> told = new LinkedBlockingQueue<>();
  private final Semaphore arrived = new Semaphore(0);
  private Logs logs;
  private Tls tls;
  private Path store;
  private Harness harness;
  private Duration idle = Duration.ofMinutes(1);

  @BeforeEach
  void start() throws IOException {
    logs = new Logs();
    Path kept = Path.of("target", "tls"); // made once: keytool takes its time
    Tls.selfSigned(kept);
    store = folder.resolve("server.p12");
    Files.copy(kept.resolve("localhost.p12"), store);
    tls = Tls.keyStore(store, PASSWORD);
    harness = serve(tls);
  }

  @AfterEach
  void stop() {
    harness.close();
    logs.close();
    assertThat(logs.alarmTexts()).isEmpty();
  }

  private Harness serve(Tls with) throws IOException {
    Router router =
        Router.empty()
            .get("/", (request, response) -> response.text(request.protocol()))
            .get("/large", (_, response) -> response.bytes("a/b", new byte[3_000_000]))
            .get("/block", this::block)
            .post("/block", this::block)
            .post("/echo", (request, response) -> response.bytes("a/b", request.bodyBytes()));
    return Harness.start(router, o -> o.withTls(0, with).withIdleTimeout(idle));
  }

  /// Every other test may be held up for longer than that.
  private void impatient() throws IOException {
    harness.close();
    idle = Duration.ofSeconds(1);
    harness = serve(tls);
  }

  private void block(Request request, Response response) throws Exception {
    arrived.release();
    try {
      new Semaphore(0).acquire();
    } finally {
      Cancellation.current().reason().ifPresent(told::add);
    }
  }

  private CancelReason told() throws InterruptedException {
    return Objects.requireNonNull(told.poll(30, TimeUnit.SECONDS), "nobody was told");
  }

  static InetSocketAddress secure(Harness server) {
    return new InetSocketAddress(server.server.address().getHostString(), server.server.tlsPort());
  }

  private RawClient connect(String protocol) throws IOException {
    return RawClient.connect(secure(harness)).overTls(protocol);
  }

  private static SSLSocket socket(InetSocketAddress server, String... protocols) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            AnyCertificate.context()
                .getSocketFactory()
                .createSocket(server.getAddress(), server.getPort());
    socket.setSoTimeout(30_000);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    return socket;
  }

  // Certificates

  private static BigInteger serial(Harness server) throws Exception {
    try (SSLSocket socket = socket(secure(server))) {
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }

  private Path[] pem(Path from) throws Exception {
    KeyStore keys = KeyStore.getInstance(from.toFile(), PASSWORD);
    PrivateKey key = (PrivateKey) keys.getKey("localhost", PASSWORD);
    Certificate certificate = keys.getCertificate("localhost");
    Path[] files = {folder.resolve("cert.pem"), folder.resolve("key.pem")};
    Files.writeString(files[0], pem("CERTIFICATE", certificate.getEncoded()));
    Files.writeString(files[1], pem("PRIVATE KEY", key.getEncoded()));
    return files;
  }

  private static String pem(String what, byte[] bytes) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
  }

  @Test
  void pemFilesAreServed() throws Exception {
    Path[] files = pem(store);
    try (Harness other = serve(Tls.pem(files[0], files[1]))) {
      assertThat(serial(other)).isEqualTo(serial(harness));
    }
  }

  @Test
  void pemFileMayHoldMore() throws Exception {
    Path[] files = pem(store);
    String key = Files.readString(files[1]);
    Files.writeString(files[0], "0 words for people\n" + key + Files.readString(files[0]));
    try (Harness other = serve(Tls.pem(files[0], files[0]))) {
      assertThat(serial(other)).isEqualTo(serial(harness));
    }
  }

  @Test
  void pemFilesOfOpensslAreServed() throws Exception {
    String openssl = Tools.require("openssl").toString();
    Path certificate = folder.resolve("c.pem");
    Path key = folder.resolve("k.pem");
    Process process =
        new ProcessBuilder(
                openssl,
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString())
            .redirectErrorStream(true)
            .start();
    process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).isZero();
    try (Harness other = serve(Tls.pem(certificate, key))) {
      assertThat(serial(other)).isNotEqualTo(serial(harness));
    }
  }

  @Test
  void whatIsNoCertificateIsRefusedByName() throws Exception {
    Path[] files = pem(store);
    Path nonsense = Files.writeString(folder.resolve("nonsense"), "nonsense");
    Path nothing = folder.resolve("nothing");
    assertRefused(() -> Tls.keyStore(store, "wrong".toCharArray()), store);
    assertRefused(() -> Tls.keyStore(nothing, PASSWORD), nothing);
    assertRefused(() -> Tls.keyStore(nonsense, PASSWORD), nonsense);
    assertRefused(() -> Tls.keyStore(folder, PASSWORD), folder);
    assertRefused(() -> Tls.pem(nothing, files[1]), nothing);
    assertRefused(() -> Tls.pem(files[0], nothing), nothing);
    assertRefused(() -> Tls.pem(nonsense, files[1]), nonsense);
    assertRefused(() -> Tls.pem(files[0], nonsense), nonsense);
    assertRefused(() -> Tls.pem(files[1], files[0]), files[0]);
  }

  @Test
  void keyOfAnotherCertificateIsRefusedByName() throws Exception {
    Path key = Files.move(pem(store)[1], folder.resolve("another.pem"));
    Tls.selfSigned(folder.resolve("others"));
    Path[] others = pem(folder.resolve("others").resolve("localhost.p12"));
    assertRefused(() -> Tls.pem(others[0], key), key);
  }

  @Test
  void storeWithoutKeyIsRefusedByName() throws Exception {
    Path empty = folder.resolve("empty.p12");
    KeyStore none = KeyStore.getInstance("PKCS12");
    none.load(null, PASSWORD);
    try (OutputStream out = Files.newOutputStream(empty)) {
      none.store(out, PASSWORD);
    }
    assertRefused(() -> Tls.keyStore(empty, PASSWORD), empty);
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable making, Path named) {
    assertThatThrownBy(making).isInstanceOf(IOException.class).hasMessageContaining("" + named);
  }

  @Test
  void reloadIsForNewConnections() throws Exception {
    BigInteger before = serial(harness);
    Path renewed = folder.resolve("renewed");
    Tls.selfSigned(renewed);
    try (RawClient open = connect("http/1.1")) {
      Files.copy(renewed.resolve("localhost.p12"), store, StandardCopyOption.REPLACE_EXISTING);
      tls.reload();
      assertThat(serial(harness)).isNotEqualTo(before);
      assertThat(open.request("GET", "/").readResponse()).endsWith("HTTP/1.1");
    }
  }

  @Test
  void failedReloadChangesNothing() throws Exception {
    BigInteger before = serial(harness);
    Files.writeString(store, "half of a file");
    assertRefused(tls::reload, store);
    assertThat(serial(harness)).isEqualTo(before);
  }

  // Handshakes

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1", "TLSv1.1"})
  void oldTlsIsRefused(String version) throws Exception {
    String openssl = Tools.require("openssl").toString();
    String option = version.equals("TLSv1") ? "-tls1" : "-tls1_1";
    Process process =
        new ProcessBuilder(
                openssl,
                "s_client",
                option,
                "-cipher",
                "ALL:@SECLEVEL=0",
                "-connect",
                "localhost:" + harness.server.tlsPort())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).contains("alert protocol version");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void newTlsIsSpoken(String version) throws Exception {
    try (SSLSocket socket = socket(secure(harness), "h2")) {
      socket.setEnabledProtocols(new String[] {version});
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
      assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
    }
  }

  @ParameterizedTest
  @CsvSource({"h2,h2", "http/1.1,http/1.1", "'',''", "spdy,''"})
  void protocolIsAgreedOn(String offered, String agreed) throws Exception {
    String[] protocols = offered.isEmpty() ? new String[0] : new String[] {offered};
    try (SSLSocket socket = socket(secure(harness), protocols)) {
      socket.startHandshake();
      assertThat(socket.getApplicationProtocol()).isEqualTo(agreed);
      if (!agreed.equals("h2")) {
        socket
            .getOutputStream()
            .write(
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .startsWith("HTTP/1.1 200 ")
            .endsWith("HTTP/1.1");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"HTTP_2,HTTP/2.0", "HTTP_1_1,HTTP/1.1"})
  void anotherClientIsAnswered(HttpClient.Version version, String protocol) throws Exception {
    try (HttpClient client =
        HttpClient.newBuilder().version(version).sslContext(AnyCertificate.context()).build()) {
      URI root = URI.create("https://localhost:" + harness.server.tlsPort() + "/");
      var answer = client.send(HttpRequest.newBuilder(root).build(), BodyHandlers.ofString());
      assertThat(answer.version()).isEqualTo(version);
      assertThat(answer.body()).isEqualTo(protocol);
      byte[] body = new byte[1_500_000];
      HttpRequest upload =
          HttpRequest.newBuilder(root.resolve("/echo"))
              .POST(HttpRequest.BodyPublishers.ofByteArray(body))
              .build();
      assertThat(client.send(upload, BodyHandlers.ofByteArray()).body()).hasSize(body.length);
    }
  }

  // What is no handshake

  @Test
  void plainTextOnTheSecurePortIsClosed() throws Exception {
    impatient();
    for (String text :
        new String[] {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "nonsense", "\u0016\u0003"}) {
      try (RawClient client = RawClient.connect(secure(harness))) {
        assertThat(client.send(text).readAll()).doesNotContain("HTTP/1.1 200");
      }
    }
    assertIsServed();
  }

  @Test
  void silenceOnTheSecurePortIsClosed() throws Exception {
    impatient();
    try (RawClient client = RawClient.connect(secure(harness))) {
      assertThat(client.readAll()).isEmpty();
    }
    try (RawClient client = connect("h2")) {
      assertThat(client.readAll()).isNotNull(); // perhaps its settings
    }
  }

  @Test
  void brokenHelloIsClosed() throws Exception {
    impatient();
    byte[] hello = new byte[200];
    hello[0] = 22;
    hello[1] = 3;
    hello[2] = 1;
    hello[4] = (byte) 195;
    hello[5] = 1;
    try (RawClient client = RawClient.connect(secure(harness))) {
      client.send(hello).readAll();
    }
    assertIsServed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2", "http/1.1"})
  void brokenRecordIsClosed(String protocol) throws Exception {
    try (RawClient plain = RawClient.connect(secure(harness))) {
      RawClient secure = plain.overTls(protocol);
      if (protocol.equals("http/1.1")) {
        secure.request("GET", "/block");
        arrived.acquire();
      }
      plain.send(new byte[] {23, 3, 3, 0, 40}).send(new byte[40]).readAll();
    }
    assertIsServed();
  }

  @Test
  void helloOnThePlainPortIsABadRequest() throws Exception {
    assertThatThrownBy(
            () -> {
              try (SSLSocket socket = socket(harness.server.address())) {
                socket.startHandshake();
              }
            })
        .isInstanceOf(IOException.class);
    byte[] hello = {22, 3, 1, 0, 5, 1, 0, 0, 1, 0, '\r', '\n', '\r', '\n'};
    try (RawClient client = harness.connect()) {
      assertThat(client.send(hello).readAll()).startsWith("HTTP/1.1 400 ");
    }
  }

  @Test
  void clientThatDoesNotTrustIsNobodysAlarm() throws Exception {
    InetSocketAddress server = secure(harness);
    try (Socket socket =
        SSLContext.getDefault()
            .getSocketFactory()
            .createSocket(server.getAddress(), server.getPort())) {
      assertThatThrownBy(((SSLSocket) socket)::startHandshake)
          .isInstanceOf(SSLHandshakeException.class);
    }
    assertIsServed();
  }

  private void assertIsServed() throws IOException {
    try (RawClient client = connect("http/1.1")) {
      assertThat(client.request("GET", "/").readResponse()).startsWith("HTTP/1.1 200 ");
    }
  }

  // Ends

  @Test
  void largeAnswerArrivesWholeBeforeTheClose() throws Exception {
    try (SSLSocket socket = socket(secure(harness))) {
      socket
          .getOutputStream()
          .write(
              "GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      Harness.pause(300); // the server is done long before the client reads
      byte[] all = socket.getInputStream().readAllBytes(); // fails without a close_notify
      assertThat(all.length).isGreaterThan(3_000_000).isLessThan(3_001_000);
    }
  }

  @Test
  void closeNotifyAloneIsAHangUp() throws Exception {
    try (RawClient client = connect("http/1.1")) {
      client.request("GET", "/block");
      arrived.acquire();
      client.halfClose();
      assertThat(told()).isEqualTo(new CancelReason.ClientClosed());
    }
  }

  @Test
  void closeNotifyAloneIsAHangUpOfAllStreams() throws Exception {
    try (Http2Peer peer = Http2Peer.connectTls(secure(harness))) {
      peer.get("/block");
      peer.post("/block");
      arrived.acquire(2);
      peer.transport.halfClose();
      assertThat(told()).isEqualTo(new CancelReason.ClientClosed());
      assertThat(told()).isEqualTo(new CancelReason.ClientClosed());
      peer.awaitEnd();
      assertThat(peer.isGone()).isTrue();
    }
  }
}
