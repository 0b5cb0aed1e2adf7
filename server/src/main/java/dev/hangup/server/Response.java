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
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Takes the answer to one request: the status and headers first, then one of the bodies.
///
/// {@snippet class="dev.hangup.server.SnippetsTest" region="response"}
///
/// Text is compressed where the client asks for it, see [ServerOptions#withCompression(boolean)].
///
/// **Cancellation**: once the client has hung up, sending throws [dev.hangup.CancelledException].
/// **Thread safety**: none; for the handler's thread, or one at a time. [#outcome()] is for any.
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
          HttpHeaderNames.CONTENT_DISPOSITION,
          HttpHeaderNames.CONTENT_LANGUAGE,
          HttpHeaderNames.CONTENT_LOCATION,
          HttpHeaderNames.ETAG,
          HttpHeaderNames.LAST_MODIFIED,
          HttpHeaderNames.CACHE_CONTROL,
          HttpHeaderNames.EXPIRES);

  private final Exchange exchange;
  private final HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
  private final Trailers trailers = new Trailers();
  private final List<CharSequence> variants = new ArrayList<>(0);
  private HttpResponseStatus status = HttpResponseStatus.OK;
  private boolean sent;
  private @Nullable ResponseBody stream;
  private @Nullable Heartbeat heartbeat;

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

  /// Sets a field that follows the body: RFC 9110 §6.5. Allowed until the body has ended, for a
  /// body of unknown length. The head announces those that were set before it. Clients may ignore
  /// trailers, most do, and over HTTP/1.0 there are none.
  ///
  /// @param name for instance `Server-Timing`
  /// @param value its value
  /// @return this
  /// @throws IllegalArgumentException if the field is one that is needed before the body, as
  ///   `Content-Type` (§6.5.1): names it
  /// @throws IllegalStateException if the body has ended, or its length was known
  public Response trailer(String name, String value) {
    if (sent && (stream == null || !stream.takesTrailers())) {
      throw new IllegalStateException("trailer: " + name + " (expected: a body that is streamed)");
    }
    trailers.set(name, value);
    return this;
  }

  /// Those of another server; dropped where there can be none.
  void passOnTrailers(HttpHeaders fields) {
    if (stream != null && stream.takesTrailers()) {
      trailers.addAll(fields);
    }
  }

  /// Tells the client what it will need, while the answer is still being made: one 103, RFC 8297.
  ///
  /// {@snippet class="dev.hangup.server.SnippetsTest" region="hints"}
  ///
  /// The final response says its links itself, if they are to hold. Over HTTP/1.0 nothing is sent.
  /// **Over HTTP/1.1 only for clients that are known**: some take any interim response for the
  /// answer (Python's `http.client`, and all that is built on it), and OkHttp 4 takes but one.
  /// Browsers act on hints only over HTTP/2 and later.
  ///
  /// @param links values of `Link` fields: `</style.css>; rel=preload; as=style`
  /// @return this
  /// @throws IllegalStateException if the head was sent
  public Response earlyHints(String... links) {
    requireUnsent();
    HttpHeaders hints = DefaultHttpHeadersFactory.headersFactory().newHeaders();
    hints.add("Link", List.of(links));
    interim(HttpResponseStatus.EARLY_HINTS, hints);
    return this;
  }

  /// Sends an interim response, RFC 9110 §15.2: there is none for HTTP/1.0.
  void interim(HttpResponseStatus interim, HttpHeaders fields) {
    if (exchange.canChunk()) {
      DefaultFullHttpResponse head = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, interim);
      head.headers().add(fields);
      exchange.sendInterim(head);
    }
  }

  /// Sends plain text in UTF-8. As all that send a whole body, it returns at once, or, where the
  /// body is longer than the server's write-ahead, once no more than that waits for the client.
  ///
  /// @param text the whole body
  /// @throws UncheckedIOException if the thread was interrupted in that wait, without a cancel
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
  /// reader slows the writer and memory stays bounded. The body is whole when the handler returns
  /// or calls [#end()]; closing the stream before is allowed and says only that no more is written.
  /// A handler that throws, or was cancelled, cuts the connection, so that the client knows.
  ///
  /// Several threads of the request's work may write: what one call writes stays together.
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
    return open(contentType, length, false);
  }

  /// Sends the head, then server-sent events, with the default options.
  ///
  /// @return where to emit them
  public ServerEvents events() {
    return events(UnaryOperator.identity());
  }

  /// Sends the head, then server-sent events. Unless it was set, `Cache-Control` is `no-store`, and
  /// `X-Accel-Buffering` is `no`, which keeps nginx from holding events back.
  ///
  /// @param options changes the defaults: `o -> o.withHeartbeat(Duration.ofSeconds(5))`
  /// @return where to emit them
  public ServerEvents events(UnaryOperator<ServerEvents.Options> options) {
    ServerEvents.Options chosen = options.apply(ServerEvents.Options.DEFAULTS);
    requireUnsent();
    setUnlessSet(HttpHeaderNames.CACHE_CONTROL, "no-store");
    setUnlessSet("X-Accel-Buffering", "no");
    ResponseBody body = open("text/event-stream", -1, chosen.compression());
    if (chosen.heartbeat().isPositive() && exchange.hasBody(status)) {
      heartbeat =
          new Heartbeat(exchange.context(), body, exchange.wire().socket(), chosen.heartbeat());
      heartbeat.start();
    }
    return new ServerEvents(body);
  }

  /// Sends the head, then JSON values, one a line. Unless it was set, `X-Accel-Buffering` is `no`,
  /// which keeps nginx from holding lines back.
  ///
  /// @return where to emit them
  public JsonLines jsonLines() {
    requireUnsent();
    setUnlessSet("X-Accel-Buffering", "no");
    return new JsonLines(open("application/x-ndjson", -1, false));
  }

  /// Ends what was streamed, in good order, before the handler returns. Where the whole answer was
  /// sent already there is nothing to do.
  ///
  /// @throws IOException if less was written than was promised
  /// @throws IllegalStateException if nothing was sent
  public void end() throws IOException {
    if (!sent) {
      throw new IllegalStateException("nothing was sent (expected: a response to end)");
    }
    exchange.delivery().outcome(); // who ends it himself may ask: nothing is missed from here on
    if (stream != null) {
      stream.end();
    }
  }

  /// Tells how far the response has come, as far as is known now. The kernel is asked from the
  /// first call on: the next call may know more.
  ///
  /// @return a snapshot
  public Outcome outcome() {
    return exchange.delivery().outcome();
  }

  /// Blocks until the response was delivered, or will not be, or no more can be known of it.
  ///
  /// {@snippet class="dev.hangup.server.SnippetsTest" region="outcome"}
  ///
  /// A client that is slow to read, or vanished without a trace, is waited for: bound the wait with
  /// a deadline. **Cancellation** ends it with [dev.hangup.CancelledException].
  ///
  /// @return [Outcome#DELIVERED] or [Outcome#CUT]; [Outcome#BUFFERED] where the platform cannot
  ///   tell (NIO), or the connection was closed with bytes still on their way
  /// @throws InterruptedException if the thread is interrupted
  /// @throws IllegalStateException if the response is not complete: [#end()] completes what was
  ///   streamed
  public Outcome awaitOutcome() throws InterruptedException {
    if (!exchange.isAnswered()) {
      throw new IllegalStateException("the response is not complete (expected: end() before)");
    }
    return exchange.delivery().await();
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
  void reset(int error) {
    trailers.clear();
    DESCRIPTIVE.forEach(headers::remove);
    if (error != 416) { // which says by it how long the whole is
      headers.remove(HttpHeaderNames.CONTENT_RANGE);
    }
    status = HttpResponseStatus.OK;
  }

  private void whole(@Nullable String contentType, byte[] body) {
    requireUnsent();
    if (contentType != null) {
      setUnlessSet(HttpHeaderNames.CONTENT_TYPE, contentType);
    }
    if (!trailers.isEmpty()) {
      throw new IllegalStateException("trailers were set (expected: a body that is streamed)");
    }
    ContentCoding coding = coding(body.length, false);
    byte[] content = coding == null ? body : Compressor.whole(coding, body);
    if (status.code() != 304) {
      setLength(content.length);
    }
    if (content.length > exchange.context().writeAhead().allowance() && exchange.hasBody(status)) {
      inPieces(content);
      return;
    }
    send(
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            status,
            exchange.hasBody(status) ? Unpooled.wrappedBuffer(content) : Unpooled.EMPTY_BUFFER,
            headers,
            DefaultHttpHeadersFactory.trailersFactory().newEmptyHeaders()),
        false);
  }

  /// Not more of it than the write-ahead is handed over at once: a slow client is to hold no more.
  private void inPieces(byte[] content) {
    ResponseBody body = new ResponseBody(exchange, false, content.length, null, trailers);
    stream = body;
    exchange.open(body);
    exchange.isInHand();
    send(new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, headers), false);
    try {
      body.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ResponseBody open(String contentType, long length, boolean compressEvents) {
    requireUnsent();
    setUnlessSet(HttpHeaderNames.CONTENT_TYPE, Objects.requireNonNull(contentType, "contentType"));
    return open(length, compressEvents);
  }

  /// The header fields, framing excluded, for who passes on another server's: they may have many
  /// values.
  HttpHeaders fields() {
    requireUnsent();
    return headers;
  }

  /// As [#stream(String, long)], its content type being among the header fields if there is one.
  OutputStream open(long length) {
    requireUnsent();
    return open(length, false);
  }

  private ResponseBody open(long length, boolean compressEvents) {
    if (length >= 0 && !trailers.isEmpty()) {
      throw new IllegalStateException("trailers were set (expected: a body of unknown length)");
    }
    ContentCoding coding = coding(length, compressEvents);
    boolean counted = length >= 0 && coding == null;
    if (counted) {
      setLength(length);
    }
    if (exchange.canChunk()) {
      trailers.announceIn(headers);
    }
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, headers);
    if (!counted && exchange.canChunk()) {
      HttpUtil.setTransferEncodingChunked(head, true);
    }
    ResponseBody body =
        new ResponseBody(exchange, !exchange.hasBody(status), length, coding, trailers);
    stream = body;
    exchange.open(body);
    send(head, !counted && !exchange.canChunk());
    return body;
  }

  /// How the body is compressed, if it is; the head then says so. Not over HTTP/1.0, where a body
  /// that lost its length would end with the connection.
  private @Nullable ContentCoding coding(long length, boolean events) {
    boolean eligible =
        exchange.context().options().compression()
            && exchange.canChunk()
            && Compression.isFor(status, headers, length, events);
    return eligible ? Compression.choose(exchange.head().headers(), headers) : null;
  }

  /// RFC 9110 §8.6: a 204 has none, a 205 no content.
  private void setLength(long length) {
    if (status.code() != 204) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, status.code() == 205 ? 0 : length);
    }
  }

  private void setUnlessSet(CharSequence name, String value) {
    if (!headers.contains(name)) {
      headers.set(name, value);
    }
  }

  /// The handler has returned.
  void release() {
    if (heartbeat != null) {
      heartbeat.stop();
    }
    if (stream != null) {
      stream.release();
    }
    exchange.delivery().stop();
  }

  private void send(HttpResponse head, boolean close) {
    requireUnsent();
    sent = true;
    for (CharSequence field : variants) {
      if (!headers.containsValue(HttpHeaderNames.VARY, field, true)) {
        headers.add(HttpHeaderNames.VARY, field);
      }
    }
    exchange.sendHead(head, close);
  }

  private void requireUnsent() {
    if (sent) {
      throw new IllegalStateException("the response was sent already");
    }
  }
}
