package dev.hangup.server;

import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A server that proxies `/proxy/{path...}` to another.
final class ProxyHarness implements AutoCloseable {
  private static final Path CERTIFICATE = Path.of("target", "tls");

  final ReverseProxy proxy;
  final Harness front;

  /// What the proxy speaks with the upstream.
  enum Spoken {
    HTTP1,
    HTTP2,
    HTTP1_TLS,
    HTTP2_TLS;

    boolean isHttp2() {
      return this == HTTP2 || this == HTTP2_TLS;
    }

    private URI of(Server server) {
      return URI.create(
          switch (this) {
            case HTTP1, HTTP2 -> "http://127.0.0.1:" + server.port();
            case HTTP1_TLS, HTTP2_TLS -> "https://localhost:" + server.tlsPort();
          });
    }

    private ReverseProxyOptions chosen(ReverseProxyOptions options) {
      return switch (this) {
        case HTTP1 -> options;
        case HTTP2 -> options.withProtocol(ReverseProxyOptions.Protocol.HTTP_2);
        case HTTP1_TLS ->
            options.withTls(trusting()).withProtocol(ReverseProxyOptions.Protocol.HTTP_1_1);
        case HTTP2_TLS -> options.withTls(trusting());
      };
    }
  }

  private ProxyHarness(ReverseProxy proxy, UnaryOperator<ServerOptions> options)
      throws IOException {
    this.proxy = proxy;
    Router router = Router.empty();
    for (String method : new String[] {"GET", "POST", "PUT", "DELETE", "OPTIONS"}) {
      router = router.withRoute(method, "/proxy/{path...}", proxy);
    }
    this.front = Harness.start(router, o -> options.apply(patient(o)));
  }

  static Harness upstream(Handler handler) throws IOException {
    return upstream(handler, UnaryOperator.identity());
  }

  static Harness upstream(Handler handler, UnaryOperator<ServerOptions> options)
      throws IOException {
    Tls tls = Tls.selfSigned(CERTIFICATE);
    return Harness.start(handler, o -> options.apply(patient(o.withTls(0, tls))));
  }

  static ProxyHarness to(Harness upstream, Spoken spoken) throws IOException {
    return to(upstream, spoken, UnaryOperator.identity());
  }

  static ProxyHarness to(
      Harness upstream, Spoken spoken, UnaryOperator<ReverseProxyOptions> options)
      throws IOException {
    return to(spoken.of(upstream.server), o -> options.apply(spoken.chosen(o)));
  }

  static ProxyHarness to(URI target, UnaryOperator<ReverseProxyOptions> options)
      throws IOException {
    return new ProxyHarness(ReverseProxy.to(target, options), UnaryOperator.identity());
  }

  static ProxyHarness to(
      URI target, UnaryOperator<ReverseProxyOptions> options, UnaryOperator<ServerOptions> front)
      throws IOException {
    return new ProxyHarness(ReverseProxy.to(target, options), front);
  }

  RawClient connect() throws IOException {
    return front.connect();
  }

  /// The answer to GET of a path behind the prefix.
  String get(String path) throws IOException {
    return front.answer("GET", "/proxy" + path);
  }

  void awaitNothingIsLeft() {
    Harness.await("nothing runs", () -> front.server.context().inFlight().running() == 0);
    Harness.awaitNothingHeld(front.server.context());
  }

  int poolSize() {
    try {
      return proxy.poolSize();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// A machine that is busy with something else makes stragglers of those that do nothing wrong.
  private static ServerOptions patient(ServerOptions options) {
    return options.withMaxBodyBytes(1L << 30).withGrace(Duration.ofSeconds(5));
  }

  void closeProxy() {
    proxy.close();
  }

  /// Trusts the certificate of the upstreams, for the name that it is for.
  static SSLContext trusting() {
    try (InputStream in = Files.newInputStream(CERTIFICATE.resolve("localhost.p12"))) {
      KeyStore kept = KeyStore.getInstance("PKCS12");
      kept.load(in, "hangup".toCharArray());
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("upstream", kept.getCertificate("localhost"));
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    front.close();
    proxy.close();
  }
}
