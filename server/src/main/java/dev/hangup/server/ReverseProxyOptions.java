package dev.hangup.server;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// How a [ReverseProxy] behaves. Immutable: each `withX` returns a copy.
///
/// | option | default | why |
/// |---|---|---|
/// | name | `upstream` | what callers are told that it is called; the log tells its address |
/// | protocol | AUTO | HTTP/1.1, over TLS also HTTP/2 |
/// | tls | the JDK's | whom a TLS upstream is vouched for by |
/// | maxConnections | 100 | further requests wait for one |
/// | connectTimeout | 5 s | until a connection is ready, its TLS included; then 504 |
/// | responseTimeout | 60 s | until the head of the response comes; then 504 |
/// | idleTimeout | 30 s | a connection without a request is closed then |
/// | callersHost | no | the upstream is asked for its own `Host` |
/// | xForwarded | no | `X-Forwarded-For`, `-Proto` and `-Host` beside `Forwarded` |
/// | trustedPeer | no | what the peer says of the clients before it is dropped |
public final class ReverseProxyOptions {
  static final ReverseProxyOptions DEFAULTS = new ReverseProxyOptions(new Values());

  /// What is spoken with an upstream.
  public enum Protocol {
    /// HTTP/1.1; over TLS what ALPN (RFC 7301) agrees on, HTTP/2 before HTTP/1.1.
    AUTO,
    /// HTTP/1.1 alone.
    HTTP_1_1,
    /// HTTP/2 alone; without TLS by prior knowledge (RFC 9113 §3.3).
    HTTP_2
  }

  private final Values values;

  private ReverseProxyOptions(Values values) {
    this.values = values;
  }

  /// What callers are told that the upstream is called, where it fails.
  ///
  /// @param name for instance `orders`
  /// @return a copy
  public ReverseProxyOptions withName(String name) {
    return with(v -> v.name = Objects.requireNonNull(name, "name"));
  }

  /// What is spoken with the upstream.
  ///
  /// @param protocol which
  /// @return a copy
  public ReverseProxyOptions withProtocol(Protocol protocol) {
    return with(v -> v.protocol = Objects.requireNonNull(protocol, "protocol"));
  }

  /// Whom a TLS upstream must be vouched for by, and who the proxy is for it. The name in its
  /// certificate is compared in any case.
  ///
  /// @param context for clients
  /// @return a copy
  public ReverseProxyOptions withTls(SSLContext context) {
    return with(v -> v.tls = Objects.requireNonNull(context, "context"));
  }

  /// How many connections there are at the most. One carries one request at a time by HTTP/1.1, by
  /// HTTP/2 as many as the upstream allows.
  ///
  /// @param connections 1 or more
  /// @return a copy
  public ReverseProxyOptions withMaxConnections(int connections) {
    if (connections < 1) {
      throw new IllegalArgumentException(
          "maxConnections: " + connections + " (expected: 1 or more)");
    }
    return with(v -> v.maxConnections = connections);
  }

  /// How long it may take until a connection is ready.
  ///
  /// @param timeout more than zero, at most 365 days
  /// @return a copy
  public ReverseProxyOptions withConnectTimeout(Duration timeout) {
    return with(v -> v.connectTimeout = Expect.positive("connectTimeout", timeout));
  }

  /// How long a request may wait for a connection, then for the upstream to take a part of its
  /// body, and, sent as a whole, for the head of the response. The time that the client takes to
  /// send does not count, and neither do pauses in the response. The caller's deadline counts in
  /// any case.
  ///
  /// @param timeout more than zero, at most 365 days
  /// @return a copy
  public ReverseProxyOptions withResponseTimeout(Duration timeout) {
    return with(v -> v.responseTimeout = Expect.positive("responseTimeout", timeout));
  }

  /// How long a connection is kept that carries no request. Should be shorter than the upstream's.
  ///
  /// @param timeout more than zero, at most 365 days
  /// @return a copy
  public ReverseProxyOptions withIdleTimeout(Duration timeout) {
    return with(v -> v.idleTimeout = Expect.positive("idleTimeout", timeout));
  }

  /// Whether the upstream is asked for the `Host` that the client asked for.
  ///
  /// @param kept false for the target's
  /// @return a copy
  public ReverseProxyOptions withCallersHost(boolean kept) {
    return with(v -> v.callersHost = kept);
  }

  /// Whether `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Host` are sent beside
  /// `Forwarded` (RFC 7239).
  ///
  /// @param sent whether they are
  /// @return a copy
  public ReverseProxyOptions withXForwarded(boolean sent) {
    return with(v -> v.xForwarded = sent);
  }

  /// Whether the peer is a proxy that is believed: what it says in `Forwarded` and `X-Forwarded-*`
  /// is kept, and added to. Anybody can claim anything there, so else it is dropped.
  ///
  /// @param trusted whether only proxies that are believed can connect
  /// @return a copy
  public ReverseProxyOptions withTrustedPeer(boolean trusted) {
    return with(v -> v.trustedPeer = trusted);
  }

  String name() {
    return values.name;
  }

  Protocol protocol() {
    return values.protocol;
  }

  @Nullable SSLContext tls() {
    return values.tls;
  }

  int maxConnections() {
    return values.maxConnections;
  }

  Duration connectTimeout() {
    return values.connectTimeout;
  }

  Duration responseTimeout() {
    return values.responseTimeout;
  }

  Duration idleTimeout() {
    return values.idleTimeout;
  }

  boolean callersHost() {
    return values.callersHost;
  }

  boolean xForwarded() {
    return values.xForwarded;
  }

  boolean trustedPeer() {
    return values.trustedPeer;
  }

  private ReverseProxyOptions with(Consumer<Values> change) {
    Values copy = new Values(values);
    change.accept(copy);
    return new ReverseProxyOptions(copy);
  }

  /// Changed only while a copy is being made.
  private static final class Values {
    String name = "upstream";
    Protocol protocol = Protocol.AUTO;
    @Nullable SSLContext tls;
    int maxConnections = 100;
    Duration connectTimeout = Duration.ofSeconds(5);
    Duration responseTimeout = Duration.ofSeconds(60);
    Duration idleTimeout = Duration.ofSeconds(30);
    boolean callersHost;
    boolean xForwarded;
    boolean trustedPeer;

    Values() {}

    Values(Values other) {
      name = other.name;
      protocol = other.protocol;
      tls = other.tls;
      maxConnections = other.maxConnections;
      connectTimeout = other.connectTimeout;
      responseTimeout = other.responseTimeout;
      idleTimeout = other.idleTimeout;
      callersHost = other.callersHost;
      xForwarded = other.xForwarded;
      trustedPeer = other.trustedPeer;
    }
  }
}
