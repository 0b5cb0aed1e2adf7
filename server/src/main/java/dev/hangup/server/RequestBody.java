package dev.hangup.server;

import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A request's body on its way from the event loop to the handler.
///
/// The loop offers buffers, the handler reads them; whoever takes the monitor first after
/// [#discard()] releases what is left. A body that was cut short fails: it never looks complete.
///
/// Small pieces are gathered: a million chunks of one byte each would weigh far more than the bytes
/// that the read-ahead counts.
final class RequestBody extends InputStream {
  private static final int SMALL = 1 << 10;
  private static final int GATHERED = 8 << 10;

  private final ReadAhead readAhead;
  private final long maxBytes;
  private final Runnable onConsumed;
  private final Runnable onFirstRead;

  // Guarded by this
  private final ArrayDeque<ByteBuf> chunks = new ArrayDeque<>(2);
  private long received;
  private long unread;
  private boolean absent;
  private boolean complete;
  private boolean discarded;
  private boolean reading;
  private boolean awaited;
  private @Nullable Supplier<? extends RuntimeException> failure;
  private @Nullable ByteBuf gathering;
  private HttpHeaders trailers = EmptyHttpHeaders.INSTANCE;

  RequestBody(ReadAhead readAhead, long maxBytes, Runnable onConsumed, Runnable onFirstRead) {
    this.readAhead = readAhead;
    this.maxBytes = maxBytes;
    this.onConsumed = onConsumed;
    this.onFirstRead = onFirstRead;
  }

  // The event loop's side

  /// Takes the buffer over. Returns false, once, where the body becomes longer than it may be.
  synchronized boolean offer(ByteBuf chunk) {
    int bytes = chunk.readableBytes();
    boolean fitted = received <= maxBytes;
    received += bytes;
    if (received > maxBytes || discarded || failure != null || bytes == 0) {
      chunk.release();
      return received <= maxBytes || !fitted;
    }
    if (bytes < SMALL && !chunks.isEmpty()) {
      gather(chunk);
    } else {
      chunks.add(chunk);
    }
    unread += bytes;
    readAhead.take(bytes);
    notifyAll();
    return true;
  }

  private void gather(ByteBuf chunk) {
    ByteBuf last = gathering;
    if (last == null || last != chunks.peekLast() || !last.isWritable(chunk.readableBytes())) {
      last = Unpooled.buffer(GATHERED, GATHERED);
      gathering = last;
      chunks.add(last);
    }
    last.writeBytes(chunk);
    chunk.release();
  }

  /// There is none.
  synchronized void leaveOut() {
    absent = true;
    complete();
  }

  synchronized boolean isAbsent() {
    return absent;
  }

  synchronized void complete() {
    complete = true;
    notifyAll();
  }

  /// It is whole, and these fields followed it: RFC 9110 §6.5.
  synchronized void complete(HttpHeaders fields) {
    trailers = fields;
    complete();
  }

  /// The fields that followed it; none before it is whole.
  synchronized HttpHeaders trailers() {
    return trailers;
  }

  /// What is read from now on fails, also where bytes are left: the body will never be whole.
  synchronized void fail(Supplier<? extends RuntimeException> cause) {
    if (!complete && failure == null) {
      failure = cause;
      notifyAll();
    }
  }

  /// Whether the handler waits for more of it now.
  synchronized boolean isAwaited() {
    return awaited;
  }

  /// How many bytes have come.
  synchronized long received() {
    return received;
  }

  synchronized long unread() {
    return unread;
  }

  /// Whether there is somebody for whom the next bytes must come, or nobody who would keep them.
  synchronized boolean isWanted() {
    return unread == 0 && (reading || discarded || failure != null);
  }

  /// Whether somebody has begun to.
  synchronized boolean isRead() {
    return reading;
  }

  synchronized boolean isComplete() {
    return complete;
  }

  /// Nobody will read any more.
  synchronized void discard() {
    discarded = true;
    chunks.forEach(ByteBuf::release);
    chunks.clear();
    readAhead.give(unread);
    unread = 0;
    notifyAll();
  }

  // The handler's side

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    announce();
    int taken;
    synchronized (this) {
      if (!awaitBytes()) {
        return -1;
      }
      taken = take(target, offset, length);
    }
    onConsumed.run();
    return taken;
  }

  @Override
  public synchronized int available() {
    return (int) Math.min(Integer.MAX_VALUE, unread);
  }

  private void announce() {
    boolean first;
    synchronized (this) {
      first = !reading && !complete;
      reading = true;
    }
    if (first) {
      onFirstRead.run();
      onConsumed.run(); // reading may have been paused before anything came
    }
  }

  @SuppressWarnings("WaitNotInLoop") // the loop is here
  private boolean awaitBytes() throws IOException {
    try {
      while (chunks.isEmpty() && !complete && !discarded && failure == null) {
        awaited = true;
        wait();
      }
    } catch (InterruptedException e) {
      throwFailure();
      Cancellation.current().check();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading the request body");
    } finally {
      awaited = false;
    }
    throwFailure();
    if (discarded) {
      throw new IOException("the request is over");
    }
    return !chunks.isEmpty();
  }

  private void throwFailure() {
    if (failure != null) {
      RuntimeException why = failure.get();
      if (why instanceof CancelledException) {
        Cancellation.current().check(); // so that the handler's work counts as told
      }
      throw why;
    }
  }

  private int take(byte[] target, int offset, int length) {
    int taken = 0;
    while (taken < length && !chunks.isEmpty()) {
      ByteBuf chunk = chunks.element();
      int bytes = Math.min(length - taken, chunk.readableBytes());
      chunk.readBytes(target, offset + taken, bytes);
      taken += bytes;
      if (!chunk.isReadable()) {
        chunks.remove().release();
      }
    }
    unread -= taken;
    readAhead.give(taken);
    return taken;
  }
}
