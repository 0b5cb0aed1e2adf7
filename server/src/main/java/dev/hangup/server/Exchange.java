package dev.hangup.server;

import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessageDecoderResult;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One request and its answer, between an event loop and a handler's virtual thread.
///
/// ```
/// PARKED ──start()──▶ RUNNING ──handler returned, last byte sent or refused──▶ OVER
///    └──hangUp(), drop()───────────────────────────────────────────────────────▶ OVER
/// ```
///
/// Two things must have happened before an exchange is over: its handler has returned and its last
/// write is decided. Whoever is second ends it, on the event loop. A hang-up counts until the last
/// part of the response was handed over; after that the client may leave as it likes.
final class Exchange {
  private static final long DRAIN_LIMIT = 64 << 10;

  /// What a request weighs while it waits, besides its head.
  private static final long WEIGHT = 2 << 10;

  private final ServerContext context;
  private final Wire wire;
  private final HttpRequest head;
  private final RequestBody body;
  private final Response response = new Response(this);
  private final Delivery delivery;
  private final long at = System.currentTimeMillis();
  private final long began = System.nanoTime();
  private final @Nullable Deadline deadline;
  private final @Nullable Request request;

  // Only the event loop
  private long received;
  private @Nullable CancelScope scope;

  // Guarded by this
  private @Nullable HttpException refusal;
  private @Nullable CancelReason hungUp;
  private @Nullable CancelReason cancelled;
  private @Nullable ResponseBody stream;
  private boolean headBegun;
  private boolean headSent;
  private boolean answered;
  private boolean lastDecided;
  private boolean returned;
  private boolean over;
  private boolean keepAlive;
  private boolean continued;
  private long wholeBytes;

  Exchange(ServerContext context, Wire wire, HttpRequest head, @Nullable HttpException refusal) {
    this.context = context;
    this.wire = wire;
    this.head = head;
    this.body = new RequestBody(context.readAhead(), wire::consumed, this::sendContinue);
    this.delivery = new Delivery(context, wire.socket());
    if (refusal != null || hasNoBody()) {
      body.complete();
    }
    this.deadline = RequestDeadline.of(head.headers(), context.options().maxDeadline());
    this.refusal = refusal;
    this.keepAlive = refusal == null && HttpUtil.isKeepAlive(head);
    this.request = refusal == null ? parse() : null;
  }

  /// The answer to something that is no request: a head that never came to its end.
  static Exchange refused(ServerContext context, Wire wire, HttpException why) {
    HttpRequest nothing =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.GET, "-", Unpooled.EMPTY_BUFFER);
    nothing.setDecoderResult(DecoderResult.failure(why));
    return new Exchange(context, wire, nothing, why);
  }

  private @Nullable Request parse() {
    try {
      return new Request(head, RequestTarget.parse(head.method().name(), head.uri()), wire, body);
    } catch (IllegalArgumentException e) {
      refusal =
          new HttpException(400, "request target: " + head.uri() + " (" + e.getMessage() + ")");
      keepAlive = false;
      return null;
    }
  }

  // The event loop's side

  /// Starts the handler, or answers what cannot be handled.
  void start() {
    HttpException refused;
    synchronized (this) {
      if (refusal == null && deadline != null && deadline.isExpired()) {
        refusal = Failures.late();
      }
      refused = refusal;
    }
    if (refused != null) {
      answer(refused);
      handlerReturned();
      return;
    }
    CancelScope.Options named = context.scopeOptions().withName(name());
    CancelScope.Options options = deadline == null ? named : named.withDeadline(deadline);
    CancelScope opened = CancelScope.open(Cancellation.detached(), options);
    scope = opened;
    context.inFlight().begin();
    HandlerRun run =
        new HandlerRun(context, this, opened, Objects.requireNonNull(request), response);
    Thread.ofVirtual().name("hangup-handler").start(run);
  }

  /// The client is gone. Ignored once the answer is complete. The cancel comes before whatever
  /// wakes the handler, and inside the lock under which the handler sees the hang-up: one that
  /// fails first would not be told why.
  void hangUp(CancelReason reason) {
    boolean parked;
    ResponseBody writing;
    synchronized (this) {
      if (answered || over || hungUp != null) {
        return;
      }
      hungUp = reason;
      parked = scope == null;
      writing = stream;
      delivery.cut();
      cancel(reason);
    }
    body.fail(() -> new CancelledException(reason));
    if (writing != null) {
      writing.fail(reason);
    }
    if (parked) {
      handlerReturned();
    }
  }

  /// Stops the handler; the connection may still be good for an answer.
  void cancel(CancelReason reason) {
    CancelScope running = scope;
    if (running != null) {
      running.cancel(reason); // and knows the reason, unless its work was over
      return;
    }
    synchronized (this) {
      if (cancelled == null) {
        cancelled = reason;
      }
    }
  }

  /// Takes over part of the body.
  void offer(ByteBuf chunk) {
    long most = context.options().maxBodyBytes();
    boolean tooLongBefore = received > most;
    received += chunk.readableBytes();
    if (received <= most) {
      body.offer(chunk);
      return;
    }
    chunk.release();
    if (!tooLongBefore) {
      refuse(tooLarge(most));
    }
  }

  static HttpException tooLarge(long limit) {
    return new HttpException(413, "the request body is longer than " + limit + " bytes");
  }

  /// The rest of the request cannot be used: whoever reads it is told so, a handler that does not
  /// is stopped, for nothing that it does can make it good, and no request can follow.
  void refuse(HttpException why) {
    boolean late;
    synchronized (this) {
      keepAlive = false;
      late = answered || over;
      if (refusal == null) {
        refusal = why;
      }
    }
    body.fail(() -> new HttpException(why.status(), String.valueOf(why.getMessage())));
    if (!late && scope != null) {
      cancel(new CancelReason.Application(String.valueOf(why.getMessage())));
    }
  }

  /// Will not be handled, and is nobody's to be logged.
  void drop() {
    synchronized (this) {
      over = true;
    }
    body.discard();
  }

  /// What it weighs while it waits for its turn, besides its body.
  long weight() {
    return head.decoderResult() instanceof HttpMessageDecoderResult sizes
        ? WEIGHT + sizes.totalSize()
        : WEIGHT;
  }

  RequestBody body() {
    return body;
  }

  HttpRequest head() {
    return head;
  }

  /// Whether nothing of the final response has been handed over yet.
  synchronized boolean isUnanswered() {
    return !headBegun && hungUp == null && !over;
  }

  boolean isHead() {
    return head.method().equals(HttpMethod.HEAD);
  }

  /// The request line without its version, for people.
  String name() {
    return head.method() + " " + head.uri();
  }

  // The handler's side

  /// What the client is to be told of a failure: null if it is gone.
  synchronized @Nullable HttpException owed(HttpException failure) {
    if (hungUp != null) {
      return null;
    }
    return refusal == null ? failure : refusal;
  }

  void answer(HttpException answer) {
    response.reset();
    try {
      String phrase = HttpResponseStatus.valueOf(answer.status()).toString();
      response.status(answer.status()).text(phrase + ": " + answer.getMessage() + "\n");
    } catch (CancelledException gone) {
      context.noted("the client left before it could be told: " + answer.getMessage(), gone);
    }
  }

  /// The answer will never be whole, and the client must see that. It is not its hang-up.
  void cut() {
    synchronized (this) {
      if (hungUp != null) {
        return;
      }
      answered = true;
    }
    delivery.cut();
    wire.cut(_ -> lastDecided());
  }

  Cancellation cancellation() {
    CancelScope running = scope;
    return running == null ? Cancellation.detached() : running.cancellation();
  }

  boolean canChunk() {
    return wire.canChunk();
  }

  ServerContext context() {
    return context;
  }

  Wire wire() {
    return wire;
  }

  Delivery delivery() {
    return delivery;
  }

  /// Whether the whole answer was handed over, or will never be.
  synchronized boolean isAnswered() {
    return answered || hungUp != null;
  }

  void open(ResponseBody opened) {
    synchronized (this) {
      stream = opened;
      if (hungUp != null) {
        opened.fail(hungUp);
      }
    }
  }

  void sendHead(HttpResponse message, boolean close) {
    message.headers().set(HttpHeaderNames.DATE, context.date());
    boolean whole = message instanceof LastHttpContent;
    synchronized (this) {
      headBegun = true;
      keepAlive &= !close && !context.isStopping() && (body.isComplete() || isNearlyComplete());
      if (!keepAlive) {
        message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      } else if (head.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
        message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
      }
      if (message instanceof DefaultFullHttpResponse full && hasBody(message.status())) {
        wholeBytes = full.content().readableBytes();
      }
    }
    send(message, whole ? this::lastSent : this::headSent);
  }

  /// Whether a response's body goes over the wire: RFC 9112 §6.3.
  boolean hasBody(HttpResponseStatus status) {
    return !isHead() && status.code() != 204 && status.code() != 205 && status.code() != 304;
  }

  private boolean hasNoBody() {
    return !HttpUtil.isTransferEncodingChunked(head) && HttpUtil.getContentLength(head, 0L) == 0;
  }

  /// Whether what is left of the body is little enough to be read and dropped. Not where the client
  /// was asked to wait for a 100: it may leave the body out now (RFC 9110 §10.1.1).
  private boolean isNearlyComplete() {
    long length = HttpUtil.getContentLength(head, -1L);
    boolean waits = HttpUtil.is100ContinueExpected(head) && !continued;
    return length >= 0 && length <= DRAIN_LIMIT && !waits;
  }

  void send(HttpObject part, ChannelFutureListener sent) {
    CancelReason gone;
    synchronized (this) {
      gone = hungUp;
      if (gone == null && part instanceof LastHttpContent) {
        answered = true;
      }
    }
    if (gone != null) {
      ReferenceCountUtil.release(part);
      throw new CancelledException(gone);
    }
    wire.send(part, sent);
  }

  private void sendContinue() {
    synchronized (this) {
      if (continued || !HttpUtil.is100ContinueExpected(head) || response.isSent()) {
        return;
      }
      continued = true;
    }
    wire.send(
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE),
        this::partSent);
  }

  /// Sends an interim response: RFC 9110 §15.2.
  void sendInterim(FullHttpResponse interim) {
    synchronized (this) {
      if (hungUp != null) {
        throw new CancelledException(hungUp);
      }
    }
    wire.send(interim, this::partSent);
  }

  // Whoever is second

  private void partSent(ChannelFuture future) {
    if (!future.isSuccess()) {
      writeFailed(future.cause());
    }
  }

  private void headSent(ChannelFuture future) {
    synchronized (this) {
      headSent = future.isSuccess();
    }
    partSent(future);
  }

  void lastSent(ChannelFuture future) {
    synchronized (this) {
      if (future.isSuccess()) {
        headSent = true;
      } else {
        keepAlive = false;
        wholeBytes = 0;
        if (cancelled == null) {
          cancelled = Failures.ofWrite(future.cause());
        }
      }
    }
    delivery.decided(future.isSuccess());
    lastDecided();
  }

  /// On the event loop: a write failed before the answer was complete. What fails because the
  /// connection is closed already is told by the close, which knows better why.
  void writeFailed(Throwable cause) {
    if (cause instanceof ClosedChannelException) {
      return;
    }
    hangUp(Failures.ofWrite(cause));
    wire.cut(_ -> {});
  }

  private void lastDecided() {
    synchronized (this) {
      lastDecided = true;
    }
    endIfBoth();
  }

  void handlerReturned() {
    synchronized (this) {
      returned = true;
    }
    endIfBoth();
  }

  private void endIfBoth() {
    boolean reusable;
    synchronized (this) {
      boolean nothingToCome = lastDecided || !answered;
      if (over || !returned || !nothingToCome) {
        return;
      }
      over = true;
      reusable = keepAlive && answered;
    }
    body.discard();
    context.log(this::entry); // before the next one on this connection can end
    wire.ended(this, reusable);
  }

  private AccessEntry entry() {
    synchronized (this) {
      Optional<CancelReason> scoped = cancellation().reason();
      return new AccessEntry(
          wire.peer().getAddress().getHostAddress(),
          AccessEntry.time(at),
          refusedUnread() ? "-" : head.method().name(),
          refusedUnread() ? "-" : head.uri(),
          wire.protocol(head),
          headSent ? response.statusCode() : 499,
          stream != null ? stream.sent() : wholeBytes,
          Duration.ofNanos(System.nanoTime() - began),
          scoped.isPresent() ? scoped : Optional.ofNullable(cancelled));
    }
  }

  private boolean refusedUnread() {
    return head.decoderResult().isFailure();
  }
}
