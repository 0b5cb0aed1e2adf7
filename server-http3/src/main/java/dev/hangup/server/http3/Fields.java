package dev.hangup.server.http3;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Header fields of HTTP/3 and of HTTP/1.1: RFC 9114 §4.2 and §4.3.
final class Fields {
  /// RFC 9114 §4.2.2: what a field takes beside its name and value.
  private static final int OVERHEAD = 32;

  /// Those that are about an HTTP/1.1 connection.
  private static final Set<String> OF_CONNECTIONS =
      Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

  private Fields() {}

  /// A request's head, as HTTP/1.1 has it.
  ///
  /// @throws MalformedHead if a rule is broken that Netty does not look after
  static HttpRequest request(Http3Headers fields, int maxBytes) throws MalformedHead {
    CharSequence method = required(":method", fields.method());
    boolean connect = HttpMethod.CONNECT.asciiName().contentEquals(method);
    CharSequence target =
        connect ? required(":authority", fields.authority()) : required(":path", fields.path());
    if (!connect) {
      required(":scheme", fields.scheme());
    }
    HttpRequest request =
        new DefaultHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.valueOf(method.toString()), target.toString());
    copy(fields, request.headers());
    host(fields, request.headers());
    cookie(request.headers());
    if (!request.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
      request.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    if (size(fields) > maxBytes) {
      request.setDecoderResult(DecoderResult.failure(new TooLongHttpHeaderException()));
    }
    return request;
  }

  private static CharSequence required(String name, @Nullable CharSequence value)
      throws MalformedHead {
    if (value == null || value.isEmpty()) {
      throw new MalformedHead("no " + name);
    }
    return value;
  }

  /// A Host that says the same as `:authority` is the same.
  private static void host(Http3Headers fields, HttpHeaders into) throws MalformedHead {
    CharSequence authority = fields.authority();
    if (authority == null) {
      return;
    }
    for (String host : into.getAll(HttpHeaderNames.HOST)) {
      if (!AsciiString.contentEqualsIgnoreCase(host, authority)) {
        throw new MalformedHead("host: " + host + " (expected: " + authority + ", as :authority)");
      }
    }
    into.set(HttpHeaderNames.HOST, authority);
  }

  /// RFC 9114 §4.2.1: one field may come as several.
  private static void cookie(HttpHeaders fields) {
    List<String> crumbs = fields.getAll(HttpHeaderNames.COOKIE);
    if (crumbs.size() > 1) {
      fields.set(HttpHeaderNames.COOKIE, String.join("; ", crumbs));
    }
  }

  /// Copies the fields, without those whose name begins with a colon.
  static void copy(Http3Headers from, HttpHeaders into) throws MalformedHead {
    for (Map.Entry<CharSequence, CharSequence> field : from) {
      String name = field.getKey().toString();
      if (OF_CONNECTIONS.contains(name)) {
        throw new MalformedHead(name + " (expected: none of a connection)");
      }
      if (!name.startsWith(":")) {
        into.add(name, field.getValue());
      }
    }
  }

  private static long size(Http3Headers fields) {
    long bytes = 0;
    for (Map.Entry<CharSequence, CharSequence> field : fields) {
      bytes += field.getKey().length() + field.getValue().length() + OVERHEAD;
    }
    return bytes;
  }

  /// A response's head.
  static Http3Headers response(HttpResponse head) {
    return add(new DefaultHttp3Headers().status(head.status().codeAsText()), head.headers());
  }

  /// Trailers.
  static Http3Headers of(HttpHeaders fields) {
    return add(new DefaultHttp3Headers(), fields);
  }

  private static Http3Headers add(Http3Headers into, HttpHeaders fields) {
    for (Map.Entry<String, String> field : fields) {
      String name = field.getKey().toLowerCase(Locale.ROOT);
      if (!OF_CONNECTIONS.contains(name)) {
        into.add(name, field.getValue());
      }
    }
    return into;
  }
}
