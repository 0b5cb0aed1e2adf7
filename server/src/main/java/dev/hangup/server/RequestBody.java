package dev.hangup.server;

import dev.hangup.Cancellation;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A request's body on its way from the event loop to the handler.
///
/// The loop offers buffers, the handler reads them; whoever takes the monitor first after
/// [#discard()] releases what is left. A body that was cut short fails: it never looks complete.
final class RequestBody extends InputStream {
  private final ReadAhead readAhead;
  private final Runnable onConsumed;
  private final Runnable onFirstRead;

  // Guarded by this
  private final ArrayDeque<ByteBuf> chunks = new ArrayDeque<>(2);
  private long unread;
  private boolean complete;
  private boolean discarded;
  private boolean reading;
  private @Nullable Exception failure;

  RequestBody(ReadAhead readAhead, Runnable onConsumed, Runnable onFirstRead) {
    this.readAhead = readAhead;
    this.onConsumed = onConsumed;
    this.onFirstRead = onFirstRead;
  }

  // The event loop's side

  /// Takes the buffer over.
  synchronized void offer(ByteBuf chunk) {
    if (discarded || failure != null || !chunk.isReadable()) {
      chunk.release();
      return;
    }
    chunks.add(chunk);
    unread += chunk.readableBytes();
    readAhead.take(chunk.readableBytes());
    notifyAll();
  }

  synchronized void complete() {
    complete = true;
    notifyAll();
  }

  /// What is read from now on fails, also where bytes are left: the body will never be whole.
  synchronized void fail(Exception cause) {
    if (!complete && failure == null) {
      failure = cause;
      notifyAll();
    }
  }

  synchronized long unread() {
    return unread;
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
    }
  }

  @SuppressWarnings("WaitNotInLoop") // the loop is here
  private boolean awaitBytes() throws IOException {
    try {
      while (chunks.isEmpty() && !complete && !discarded && failure == null) {
        wait();
      }
    } catch (InterruptedException e) {
      Cancellation.current().check();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading the request body");
    }
    if (failure instanceof RuntimeException refused) {
      throw refused;
    }
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
    if (discarded) {
      throw new IOException("the request is over");
    }
    return !chunks.isEmpty();
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
