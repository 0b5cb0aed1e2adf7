package dev.hangup.server;

import dev.hangup.CancelReason;
import dev.hangup.CancelledException;
import dev.hangup.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
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
import java.util.OptionalInt;
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
  private final ServerContext context;
  private final Wire wire;
  private final HttpRequest head;
  private final RequestBody body;
  private final Response response = new Response(this);
  private final Delivery delivery;
  private final long at = System.currentTimeMillis();
  private final long began = System.nanoTime();
  private final Entrance entrance;
  private final Pace pace;
  private final HandlerScopes scopes = new HandlerScopes();

  // Guarded by this
  private @Nullable HttpException refusal;
  private @Nullable CancelReason hungUp;
  private @Nullable ResponseBody stream;
  private boolean headBegun;
  private boolean headSent;
  private boolean answered;
  private boolean inHand;
  private boolean lastDecided;
  private boolean returned;
  private boolean over;
  private boolean keepAlive;
  private boolean continued;
  private long wholeBytes;
  private long waiting;

  Exchange(ServerContext context, Wire wire, HttpRequest head, @Nullable HttpException refusal) {
    this.context = context;
    this.wire = wire;
    this.head = head;
    this.body =
        new RequestBody(
            context.readAhead(),
            context.options().maxBodyBytes(),
            wire::consumed,
            this::sendContinue);
    this.pace =
        new Pace(context.options().minDataRate(), context.options().writeAheadBytes(), began);
    this.delivery = new Delivery(context, wire.socket());
    if (refusal != null || Framing.hasNoBody(head)) {
      body.leaveOut();
    }
    this.refusal = refusal;
    this.keepAlive = refusal == null && HttpUtil.isKeepAlive(head);
    Request request = refusal == null ? parse() : null;
    this.entrance = new Entrance(context, wire, this, request, response);
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
    entrance.start();
  }

  /// The server stops.
  void stop() {
    entrance.stop();
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
      parked = !scopes.haveBegun();
      writing = stream;
      delivery.cut();
      cancel(reason);
    }
    body.fail(() -> new CancelledException(reason));
    if (writing != null) {
      writing.fail(reason);
    }
    if (parked) {
      entrance.giveUp();
      handlerReturned();
    }
  }

  /// Stops the handler; the connection may still be good for an answer.
  void cancel(CancelReason reason) {
    scopes.cancel(reason);
  }

  /// Takes over part of the body.
  void offer(ByteBuf chunk) {
    if (!body.offer(chunk)) {
      refuse(Failures.tooLarge(context.options().maxBodyBytes()));
    }
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
    if (!late && scopes.haveBegun()) {
      cancel(new CancelReason.Application(String.valueOf(why.getMessage())));
    }
  }

  /// Looks, while it is in flight, whether its client is fast enough.
  void look() {
    boolean pending;
    long sent;
    synchronized (this) {
      pending = (answered && !lastDecided) || (stream != null && stream.isPending());
      sent = stream == null ? 0 : stream.sent();
    }
    switch (pace.look(System.nanoTime(), body.isAwaited(), body.received(), pending, sent)) {
      case FINE -> {}
      case SENDS_TOO_SLOWLY -> refuse(Failures.slowBody(context.options().minDataRate()));
      case TAKES_TOO_SLOWLY -> {
        CancelReason slow = Failures.slowReader(context.options().minDataRate());
        scopes.note(slow);
        hangUp(slow);
        wire.cut(_ -> {});
      }
    }
  }

  /// Will not be handled, and is nobody's to be logged.
  void drop() {
    synchronized (this) {
      over = true;
    }
    body.discard();
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

  /// What is wrong with the request, as far as it has been read.
  synchronized @Nullable HttpException refusal() {
    return refusal;
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
    response.reset(answer.status());
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

  /// What the handler is told by; what one that is to finish sends after a hang-up is discarded.
  HandlerScopes scopes() {
    return scopes;
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

  /// The whole answer is there, and only to be taken: it needs no more of the client.
  synchronized void isInHand() {
    inHand = true;
  }

  /// Whether a client that ends its sending now may just have no more to say.
  synchronized boolean canBeFinished() {
    return answered || inHand;
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
    context.complete(message.headers(), wire.isSecure());
    boolean whole = message instanceof LastHttpContent;
    synchronized (this) {
      headBegun = true;
      answered |= whole && hungUp == null;
      keepAlive &=
          !close
              && !context.isDraining()
              && (body.isComplete() || Framing.isNearlyComplete(head, continued));
      if (!keepAlive) {
        message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      } else if (head.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
        message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
      }
      if (message instanceof DefaultFullHttpResponse full && hasBody(message.status())) {
        wholeBytes = full.content().readableBytes();
        if (wholeBytes > WriteAhead.FLOOR) {
          waiting = wholeBytes;
          context.writeAhead().take(waiting);
        }
      }
    }
    send(message, whole ? this::lastSent : this::headSent);
  }

  boolean hasBody(HttpResponseStatus status) {
    return Framing.hasBody(head.method(), status);
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
      if (scopes.areToFinish()) {
        return;
      }
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
      if (hungUp != null && scopes.areToFinish()) {
        return;
      }
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
        scopes.note(Failures.ofWrite(future.cause()));
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

  /// The handler has returned, or will never be called.
  void handlerReturned() {
    synchronized (this) {
      returned = true;
    }
    endIfBoth();
  }

  Entrance entrance() {
    return entrance;
  }

  private void endIfBoth() {
    boolean reusable;
    ResponseBody streamed;
    long waited;
    OptionalInt status;
    synchronized (this) {
      boolean nothingToCome = lastDecided || !answered;
      if (over || !returned || !nothingToCome) {
        return;
      }
      over = true;
      reusable = keepAlive && answered;
      streamed = stream;
      waited = waiting;
      status = headSent ? OptionalInt.of(response.statusCode()) : OptionalInt.empty();
    }
    body.discard();
    if (streamed != null) {
      streamed.over();
    }
    if (waited > 0) {
      context.writeAhead().give(waited);
    }
    context.log(this::entry); // before the next one on this connection can end
    entrance.ended(status, scopes.reason());
    wire.ended(this, reusable);
  }

  /// What observers are told of it.
  RequestHead requestHead() {
    String peer = wire.peer().getAddress().getHostAddress();
    return refusedUnread()
        ? new RequestHead("-", "-", wire.protocol(head), peer)
        : RequestHead.of(head.method().name(), head.uri(), wire.protocol(head), peer);
  }

  private AccessEntry entry() {
    synchronized (this) {
      return new AccessEntry(
          wire.peer().getAddress().getHostAddress(),
          AccessEntry.time(at),
          refusedUnread() ? "-" : head.method().name(),
          refusedUnread() ? "-" : head.uri(),
          wire.protocol(head),
          headSent ? response.statusCode() : 499,
          stream != null ? stream.sent() : wholeBytes,
          Duration.ofNanos(System.nanoTime() - began),
          scopes.reason());
    }
  }

  private boolean refusedUnread() {
    return head.decoderResult().isFailure();
  }
}
