package dev.hangup.lab.doctor;

import dev.hangup.testkit.AnyCertificate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// The probe, as it is reached from here.
///
/// @param url of the probe
/// @param token that it wants
/// @param tls whom its certificate must be vouched for by
/// @param insecure whether any certificate will do
record Target(URI url, String token, SSLContext tls, boolean insecure) {
  static final String HTTP1 = "http/1.1";
  static final String HTTP2 = "h2";
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private static final String PATH = "/hangup/probe";
  private static final Set<String> SCHEMES = Set.of("http", "https");

  static Target of(String url, String token, boolean insecure) throws CannotAskException {
    if (!token.matches("[!-~]+")) {
      throw new CannotAskException("token: odd (expected: ASCII without spaces)");
    }
    try {
      SSLContext tls = insecure ? AnyCertificate.context() : SSLContext.getDefault();
      return new Target(address(url), token, tls, insecure);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  private static URI address(String url) throws CannotAskException {
    CannotAskException bad =
        new CannotAskException("URL: " + url + " (expected: http://… or https://…)");
    URI given;
    try {
      given = new URI(url);
    } catch (URISyntaxException e) {
      bad.addSuppressed(e);
      throw bad;
    }
    if (given.getScheme() == null
        || !SCHEMES.contains(given.getScheme())
        || given.getHost() == null
        || given.getPort() > 65_535
        || given.getPort() == 0) {
      throw bad;
    }
    String path = given.getRawPath();
    return path.isEmpty() || path.equals("/") ? given.resolve(PATH) : given;
  }

  boolean isSecure() {
    return url.getScheme().equals("https");
  }

  String scheme() {
    return url.getScheme();
  }

  String authority() {
    return url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
  }

  /// Path and query, with more of the latter.
  String path(String query) {
    String before = url.getRawQuery() == null ? "?" : "?" + url.getRawQuery() + "&";
    return url.getRawPath() + before + query;
  }

  /// Connects.
  ///
  /// @param protocol what to ask for by ALPN, and to get
  Line connect(String protocol, Duration readTimeout) throws IOException {
    int port = url.getPort() > 0 ? url.getPort() : isSecure() ? 443 : 80;
    String host = url.getHost().replaceAll("[\\[\\]]", "");
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) readTimeout.toMillis());
      socket.connect(new InetSocketAddress(host, port), (int) CONNECT.toMillis());
      return isSecure() ? overTls(socket, host, port, protocol) : new Line(socket, socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private Line overTls(Socket socket, String host, int port, String protocol) throws IOException {
    SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(socket, host, port, true);
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    if (!insecure) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    secure.setSSLParameters(parameters);
    secure.startHandshake();
    String chosen = secure.getApplicationProtocol();
    if (protocol.equals(HTTP2) && !chosen.equals(HTTP2)) {
      throw new IOException("it does not offer HTTP/2");
    }
    return new Line(socket, secure);
  }
}
