package dev.hangup.server;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Takes the answer to one request: the status and headers first, then one of the bodies.
///
/// {@snippet class="dev.hangup.server.SnippetsTest" region="response"}
///
/// **Cancellation**: once the client has hung up, sending throws [dev.hangup.CancelledException].
/// **Thread safety**: none; for the handler's thread, or one at a time.
///
/// **Errors**: sending twice, and changing the head once it was sent, throw
/// [IllegalStateException]; header names and values that could not be sent as such throw
/// [IllegalArgumentException].
public final class Response {
  private static final Set<String> FRAMING =
      new TreeSet<>(Set.of("connection", "content-length", "transfer-encoding"));

  private static final List<AsciiString> DESCRIPTIVE =
      List.of(
          HttpHeaderNames.CONTENT_TYPE,
          HttpHeaderNames.CONTENT_LENGTH,
          HttpHeaderNames.CONTENT_ENCODING,
          HttpHeaderNames.ETAG,
          HttpHeaderNames.LAST_MODIFIED,
          HttpHeaderNames.CACHE_CONTROL,
          HttpHeaderNames.EXPIRES);

  private final Exchange exchange;
  private final HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
  private final List<CharSequence> variants = new ArrayList<>(1);
  private HttpResponseStatus status = HttpResponseStatus.OK;
  private boolean sent;
  private @Nullable ResponseBody stream;

  Response(Exchange exchange) {
    this.exchange = exchange;
  }

  /// Sets the status, 200 where nobody does.
  ///
  /// @param code 200 to 599
  /// @return this
  public Response status(int code) {
    requireUnsent();
    if (code < 200 || code > 599) {
      throw new IllegalArgumentException("status: " + code + " (expected: 200-599)");
    }
    status = HttpResponseStatus.valueOf(code);
    return this;
  }

  /// Sets a header field, replacing what it was. Those that frame the message are the server's to
  /// set: `Connection`, `Content-Length`, `Transfer-Encoding`.
  ///
  /// @param name for instance `Cache-Control`
  /// @param value its value
  /// @return this
  public Response header(String name, String value) {
    requireUnsent();
    if (FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "header: " + name + " (expected: not one of " + FRAMING + ")");
    }
    headers.set(name, Objects.requireNonNull(value, "value"));
    return this;
  }

  /// Sends plain text in UTF-8.
  ///
  /// @param text the whole body
  public void text(String text) {
    whole("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  /// Sends JSON that is already written down.
  ///
  /// @param json the whole body
  public void json(String json) {
    whole("application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  /// Sends bytes.
  ///
  /// @param contentType the media type
  /// @param bytes the whole body; not to be changed afterwards
  public void bytes(String contentType, byte[] bytes) {
    whole(contentType, bytes);
  }

  /// Sends the head alone.
  public void empty() {
    whole(null, new byte[0]);
  }

  /// Sends the head, then a body of unknown length, piece by piece.
  ///
  /// Each write is sent at once (wrap the stream in a [java.io.BufferedOutputStream] to write in
  /// small bits) and blocks while more than the server's write-ahead waits for the client: a slow
  /// reader slows the writer and memory stays bounded. The body is whole when the handler returns;
  /// closing the stream before is allowed and says only that no more is written. A handler that
  /// throws, or was cancelled, cuts the connection, so that the client knows.
  ///
  /// @param contentType the media type
  /// @return where to write; its methods throw [dev.hangup.CancelledException] once the client has
  ///   hung up
  public OutputStream stream(String contentType) {
    return stream(contentType, -1);
  }

  /// As [#stream(String)] with a length known at the start, which the client can show progress by.
  /// The last byte of it ends the response. Writing less cuts the connection; writing more fails.
  ///
  /// @param contentType the media type
  /// @param length in bytes; -1 if it is not known
  /// @return where to write
  public OutputStream stream(String contentType, long length) {
    requireUnsent();
    setUnlessSet(HttpHeaderNames.CONTENT_TYPE, Objects.requireNonNull(contentType, "contentType"));
    if (length >= 0) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
    }
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, headers);
    if (length < 0 && exchange.canChunk()) {
      HttpUtil.setTransferEncodingChunked(head, true);
    }
    ResponseBody body = exchange.openBody(status, length);
    stream = body;
    send(head, length < 0 && !exchange.canChunk());
    return body;
  }

  /// Tells whether the head was sent.
  ///
  /// @return true once nothing of it can be changed
  public boolean isSent() {
    return sent;
  }

  /// Any answer to this request depends on that field of it, whatever `Vary` a handler sets.
  void varyOn(CharSequence field) {
    variants.add(field);
  }

  Exchange exchange() {
    return exchange;
  }

  int statusCode() {
    return status.code();
  }

  @Nullable ResponseBody stream() {
    return stream;
  }

  /// Forgets what described the handler's own answer, for an error's. What holds for any answer to
  /// this request (an id, what a browser asks for before it shows it to a script) stays.
  void reset() {
    DESCRIPTIVE.forEach(headers::remove);
    status = HttpResponseStatus.OK;
  }

  private void whole(@Nullable String contentType, byte[] body) {
    requireUnsent();
    if (contentType != null) {
      setUnlessSet(HttpHeaderNames.CONTENT_TYPE, contentType);
    }
    if (status.code() != 204 && status.code() != 304) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    }
    send(
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            status,
            exchange.hasBody(status) ? Unpooled.wrappedBuffer(body) : Unpooled.EMPTY_BUFFER,
            headers,
            DefaultHttpHeadersFactory.trailersFactory().newEmptyHeaders()),
        false);
  }

  private void setUnlessSet(CharSequence name, String value) {
    if (!headers.contains(name)) {
      headers.set(name, value);
    }
  }

  private void send(HttpResponse head, boolean close) {
    requireUnsent();
    sent = true;
    variants.stream()
        .filter(field -> !headers.containsValue(HttpHeaderNames.VARY, field, true))
        .forEach(field -> headers.add(HttpHeaderNames.VARY, field));
    exchange.sendHead(head, close);
  }

  private void requireUnsent() {
    if (sent) {
      throw new IllegalStateException("the response was sent already");
    }
  }
}
