package dev.hangup.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One request to an upstream and its answer, between the event loop and the threads of a handler.
///
/// ```
/// WAITING ──begin()──▶ CARRIED ──both messages are over──▶ OVER, the connection serves the next
///    └──────────────fail(), abort(), close()─────────────▶ OVER, the connection or stream is closed
/// ```
///
/// Only what it is carried by may be closed for it, and only while it is: both are decided on the
/// event loop, so that a late abort never hits the next call on the same connection.
final class UpstreamCall implements AutoCloseable {
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "QUERY");
  private static final int READ_AHEAD = 256 << 10;
  private static final int WRITE_AHEAD = 128 << 10;
  private static final int MOST_INTERIM = 16; // at once; more are dropped

  private final UpstreamPool pool;
  private final HttpRequest request;
  private final boolean bodyless;
  private final RequestBody body;

  // Only the event loop
  private boolean asked;
  private boolean answered;
  private boolean informational;
  private boolean over;
  private Runnable onWhole = () -> {};
  private Runnable onCut = () -> {};

  // Guarded by this
  private @Nullable Channel carrier;
  private final ArrayDeque<HttpResponse> interim = new ArrayDeque<>(1);
  private @Nullable HttpResponse head;
  private @Nullable HttpException failure;
  private boolean unheard;
  private boolean asking = true;
  private long since = System.nanoTime();
  private long pending;

  /// @param bodyless whether the head is all that is sent
  UpstreamCall(UpstreamPool pool, HttpRequest request, boolean bodyless) {
    this.pool = pool;
    this.request = request;
    this.bodyless = bodyless;
    ReadAhead readAhead = new ReadAhead(READ_AHEAD, Long.MAX_VALUE);
    this.body = new RequestBody(readAhead, Long.MAX_VALUE, this::consumed, () -> {});
  }

  // The event loop's side

  HttpRequest request() {
    return request;
  }

  /// Whether it may be made twice: RFC 9110 §9.2.2.
  boolean isIdempotent() {
    return IDEMPOTENT.contains(request.method().name());
  }

  boolean isBodyless() {
    return bodyless;
  }

  /// Whether nothing more will be sent or received for it.
  boolean isOver() {
    return over;
  }

  /// A connection or stream has sent the head.
  ///
  /// @param whole is run once both messages are whole
  /// @param cut is run where they never will be
  void carriedBy(Channel channel, Runnable whole, Runnable cut) {
    asked = bodyless;
    onWhole = whole;
    onCut = cut;
    synchronized (this) {
      carrier = channel;
      asking = !bodyless;
      since = System.nanoTime();
      notifyAll();
    }
  }

  /// Takes part of the answer.
  void received(HttpObject part) {
    if (part instanceof HttpResponse response) {
      informational = response.status().code() / 100 == 1;
      String wrong = ResponseRules.check(response);
      if (wrong != null) {
        fail(pool.malformed(wrong));
      } else {
        heads(response);
      }
    }
    if (part instanceof HttpContent content && !over && !informational) {
      content(content);
    }
  }

  private synchronized void heads(HttpResponse response) {
    if (!informational) {
      head = response;
    } else if (response.status().code() != 100 && interim.size() < MOST_INTERIM) {
      interim.add(response); // a 100 was for us, who have not asked for it
    }
    notifyAll();
  }

  private void content(HttpContent content) {
    if (content.decoderResult().isFailure()) {
      fail(pool.malformed(String.valueOf(content.decoderResult().cause().getMessage())));
      return;
    }
    boolean last = content instanceof LastHttpContent;
    if (last) {
      answered = true;
      wholeIfBoth(); // before the handler can know: its client's next request finds it free
    }
    if (content.content().isReadable()) {
      body.offer(content.content().retain());
    }
    if (content instanceof LastHttpContent end) {
      body.complete(end.trailingHeaders());
    }
  }

  boolean isWhole() {
    return asked && answered;
  }

  boolean isAnswered() {
    return answered;
  }

  /// Both messages are whole: the carrier is free.
  void done() {
    over = true;
  }

  /// It will never be whole.
  ///
  /// @param again whether the upstream surely, or as good as surely, has not begun to work on it
  void fail(HttpException why, boolean again) {
    if (over) {
      return;
    }
    over = true;
    synchronized (this) {
      failure = failure == null ? why : failure;
      unheard = again && head == null;
      notifyAll();
    }
    body.fail(() -> new HttpException(why.status(), String.valueOf(why.getMessage())));
    onCut.run();
  }

  void fail(HttpException why) {
    fail(why, false);
  }

  /// What is not read keeps its part of the window: the upstream waits. Whoever pauses looks again,
  /// for the handler may have taken the last bytes meanwhile.
  void updateReading(Channel channel) {
    boolean read = over || answered || body.unread() < READ_AHEAD;
    if (channel.config().isAutoRead() != read) {
      channel.config().setAutoRead(read);
      if (!read && body.unread() < READ_AHEAD) {
        channel.config().setAutoRead(true);
      }
    }
  }

  // The handler's side

  /// Waits for the head of the answer, or for that of an interim one before it: 1xx.
  ///
  /// @throws HttpException 502 or 504 if there will be none
  @SuppressWarnings("WaitNotInLoop") // the loop is here
  synchronized HttpResponse awaitHead() throws InterruptedException {
    while (interim.isEmpty() && head == null && failure == null) {
      boolean clientsTurn = carrier != null && asking;
      long left = since + pool.responseTimeout() - System.nanoTime();
      if (clientsTurn) {
        wait();
      } else if (left > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } else {
        failed(pool.late("has not answered"));
      }
    }
    HttpResponse next = interim.isEmpty() ? head : interim.remove();
    if (next == null) {
      throw thrown();
    }
    return next;
  }

  /// Whether it failed so that it may be tried again.
  synchronized boolean isUnheard() {
    return unheard;
  }

  /// The body of the answer; a read fails once it cannot be whole any more.
  RequestBody body() {
    return body;
  }

  /// Sends part of the request's body; blocks while much of it waits for the upstream.
  void write(byte[] source, int count) throws InterruptedException {
    Channel channel = awaitRoom(count);
    var _ =
        channel
            .writeAndFlush(new DefaultHttpContent(Unpooled.copiedBuffer(source, 0, count)))
            .addListener(_ -> written(count));
  }

  /// The request's body is whole, and these fields follow it.
  void endRequest(HttpHeaders trailers) throws InterruptedException {
    Channel channel = awaitRoom(0);
    synchronized (this) {
      asking = false;
      since = System.nanoTime();
      notifyAll();
    }
    LastHttpContent last = LastHttpContent.EMPTY_LAST_CONTENT;
    if (!trailers.isEmpty()) {
      last = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
      last.trailingHeaders().add(trailers);
    }
    var _ = channel.writeAndFlush(last).addListener(this::ended);
  }

  @SuppressWarnings("WaitNotInLoop") // the loop is here
  private synchronized Channel awaitRoom(int bytes) throws InterruptedException {
    long began = System.nanoTime();
    while (failure == null && (carrier == null || pending >= WRITE_AHEAD)) {
      long left = began + pool.responseTimeout() - System.nanoTime();
      if (left <= 0) {
        failed(pool.late("does not take the request"));
      } else {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    }
    if (failure != null || carrier == null) {
      throw thrown();
    }
    pending += bytes;
    return carrier;
  }

  /// What could not be written is decided by what is read: an upstream may answer and close without
  /// taking all of the request.
  private synchronized void written(int count) {
    pending -= count;
    notifyAll();
  }

  private void ended(Future<? super Void> sent) {
    asked = sent.isSuccess();
    wholeIfBoth();
  }

  private void wholeIfBoth() {
    if (asked && answered && !over) {
      onWhole.run();
    }
  }

  private void failed(HttpException why) {
    failure = why;
    pool.onLoop(() -> fail(why));
  }

  private HttpException thrown() {
    HttpException why = failure == null ? pool.malformed("no head") : failure;
    return new HttpException(why.status(), String.valueOf(why.getMessage()));
  }

  private void consumed() {
    Channel channel;
    synchronized (this) {
      channel = carrier;
    }
    if (channel != null && !channel.config().isAutoRead()) {
      pool.onLoop(() -> {
        if (!over) {
          updateReading(channel);
        }
      });
    }
  }

  /// From any thread: nobody wants the answer any more.
  void abort() {
    pool.giveUp(this);
  }

  /// The handler has read what it wants of the answer.
  @Override
  public void close() {
    pool.giveUp(this);
    body.discard();
  }
}
