package dev.hangup.server;

import dev.hangup.DeadlineFields;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.HttpConversionUtil.ExtensionHeaderNames;
import io.netty.util.NetUtil;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What becomes of header fields on their way through a proxy.
final class ProxyFields {
  /// Of one connection alone: RFC 9110 §7.6.1 and §11.7.
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "http2-settings");

  private static final String X_FORWARDED = "x-forwarded-";

  private final ReverseProxyOptions options;
  private final String authority;

  ProxyFields(ReverseProxyOptions options, String authority) {
    this.options = options;
    this.authority = authority;
  }

  /// A request's fields for the upstream.
  ///
  /// @param left in what time the upstream is to answer
  HttpHeaders ofRequest(Request request, Optional<Duration> left) {
    HttpHeaders client = request.head().headers();
    HttpHeaders fields = endToEnd(client);
    fields.remove(HttpHeaderNames.EXPECT); // our server has answered it, RFC 9110 §10.1.1
    if (client.containsValue(HttpHeaderNames.TE, "trailers", true)) {
      fields.set(HttpHeaderNames.TE, "trailers");
    }
    String host = client.get(HttpHeaderNames.HOST, "");
    boolean keepHost = options.callersHost() && !host.isEmpty();
    fields.set(HttpHeaderNames.HOST, keepHost ? host : authority);
    frame(request, fields);
    forwarded(request, host, fields);
    String protocol = request.protocol();
    fields.add(HttpHeaderNames.VIA, protocol.substring(protocol.indexOf('/') + 1) + " hangup");
    left.ifPresent(time -> fields.set(DeadlineFields.REQUEST_TIMEOUT, DeadlineFields.write(time)));
    return fields;
  }

  /// As the client framed it, and nothing that it has said of it besides.
  private static void frame(Request request, HttpHeaders fields) {
    fields.remove(HttpHeaderNames.CONTENT_LENGTH);
    String length = request.head().headers().get(HttpHeaderNames.CONTENT_LENGTH);
    if (length != null) {
      fields.set(HttpHeaderNames.CONTENT_LENGTH, length);
    } else if (request.hasBody()) {
      fields.set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
      announce(request.head().headers(), fields);
    }
  }

  private void forwarded(Request request, String host, HttpHeaders fields) {
    String client = NetUtil.toAddressString(request.peer().getAddress());
    String protocol = request.isSecure() ? "https" : "http";
    if (!options.trustedPeer()) {
      fields.remove("Forwarded");
      for (String name : fields.names()) {
        if (name.regionMatches(true, 0, X_FORWARDED, 0, X_FORWARDED.length())) {
          fields.remove(name);
        }
      }
    }
    StringBuilder element = new StringBuilder("for=");
    element.append(client.contains(":") ? "\"[" + client + "]\"" : client);
    element.append(";proto=").append(protocol);
    if (!host.isEmpty()) {
      element.append(";host=").append(quoted(host));
    }
    append(fields, "Forwarded", element.toString());
    if (options.xForwarded()) {
      append(fields, "X-Forwarded-For", client);
      setUnlessSet(fields, "X-Forwarded-Proto", protocol);
      setUnlessSet(fields, "X-Forwarded-Host", host);
    }
  }

  /// RFC 7239 §4: what is no token is quoted.
  static String quoted(String value) {
    return value.matches("[\\w!#$%&'*+.^`|~-]+")
        ? value
        : "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static void append(HttpHeaders fields, String name, String element) {
    List<String> before = fields.getAll(name);
    fields.set(name, before.isEmpty() ? element : String.join(", ", before) + ", " + element);
  }

  private static void setUnlessSet(HttpHeaders fields, String name, String value) {
    if (!fields.contains(name) && !value.isEmpty()) {
      fields.set(name, value);
    }
  }

  /// A response's fields for the client; its length is given apart.
  static HttpHeaders ofResponse(HttpHeaders upstream) {
    HttpHeaders fields = endToEnd(upstream);
    fields.remove(HttpHeaderNames.CONTENT_LENGTH);
    if (!upstream.contains(HttpHeaderNames.CONTENT_LENGTH)) {
      announce(upstream, fields);
    }
    return fields;
  }

  /// Which fields will follow the body: only where some can, RFC 9110 §6.6.2.
  private static void announce(HttpHeaders from, HttpHeaders to) {
    for (String names : from.getAll(HttpHeaderNames.TRAILER)) {
      to.add(HttpHeaderNames.TRAILER, names);
    }
  }

  /// What follows a body.
  static HttpHeaders ofTrailers(HttpHeaders all) {
    Trailers kept = new Trailers();
    kept.addAll(endToEnd(all));
    HttpHeaders fields = DefaultHttpHeadersFactory.trailersFactory().newHeaders();
    kept.copyTo(fields);
    return fields;
  }

  private static HttpHeaders endToEnd(HttpHeaders all) {
    Set<String> dropped = new HashSet<>(HOP_BY_HOP);
    for (String named : all.getAll(HttpHeaderNames.CONNECTION)) {
      for (String name : named.split(",", -1)) {
        dropped.add(name.strip().toLowerCase(Locale.ROOT));
      }
    }
    for (ExtensionHeaderNames codecs : ExtensionHeaderNames.values()) {
      dropped.add(codecs.text().toString());
    }
    HttpHeaders kept = DefaultHttpHeadersFactory.headersFactory().newHeaders();
    for (Map.Entry<String, String> field : all) {
      if (!dropped.contains(field.getKey().toLowerCase(Locale.ROOT))) {
        kept.add(field.getKey(), field.getValue());
      }
    }
    return kept;
  }

  /// Whether a request asks for another protocol. One for HTTP/2, which many clients make by the
  /// way, may be ignored: RFC 9110 §7.8.
  static boolean asksForUpgrade(HttpHeaders fields) {
    return fields.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)
        && fields.contains(HttpHeaderNames.UPGRADE)
        && !fields.containsValue(HttpHeaderNames.UPGRADE, "h2c", true);
  }
}
