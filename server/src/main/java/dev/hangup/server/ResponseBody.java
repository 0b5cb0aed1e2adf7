package dev.hangup.server;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A response's body on its way from the handler to the event loop: each write is sent at once, and
/// blocks while more than the write-ahead waits for the client.
final class ResponseBody extends OutputStream {
  private static final int CHUNK = 32 << 10;

  private final Exchange exchange;
  private final int writeAhead;
  private final boolean silent;
  private final long length;

  // Only the handler's thread
  private boolean closed;
  private boolean ended;
  private boolean failed;
  private long written;

  // Guarded by this
  private long pending;
  private long sent;
  private @Nullable CancelReason broken;

  /// @param silent the response has no body to send: the answer to a HEAD request
  /// @param length what the head promised, or -1
  ResponseBody(Exchange exchange, int writeAhead, boolean silent, long length) {
    this.exchange = exchange;
    this.writeAhead = writeAhead;
    this.silent = silent;
    this.length = length;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, source.length);
    if (length >= 0 && written + count > length) {
      failed = true;
      throw new IOException("more than the Content-Length of " + length + " bytes was written");
    }
    if (closed && count > 0) {
      throw new IOException("the response is closed");
    }
    boolean whole = false;
    try {
      writeAll(source, offset, count);
      whole = true;
    } finally {
      failed |= !whole;
    }
  }

  private void writeAll(byte[] source, int offset, int count) throws IOException {
    for (int done = 0; done < count; ) {
      int part = Math.min(CHUNK, count - done);
      awaitRoom(part);
      written += part;
      if (!silent) {
        ByteBuf copy = Unpooled.copiedBuffer(source, offset + done, part);
        send(copy, part, written == length);
      }
      done += part;
    }
  }

  /// The last byte that was promised ends the response together with it: who has all may leave, and
  /// is not gone.
  private void send(ByteBuf bytes, int count, boolean last) {
    if (last) {
      closed = true;
      ended = true;
      exchange.send(
          new DefaultLastHttpContent(bytes),
          future -> {
            sent(future, count);
            exchange.lastSent(future);
          });
    } else {
      exchange.send(new DefaultHttpContent(bytes), future -> sent(future, count));
    }
  }

  /// Nothing more is written. A body of known length is whole now, or never; any other is whole
  /// when the handler has returned, for a try-with-resources closes the stream also where its body
  /// was left in the middle.
  @Override
  public void close() throws IOException {
    closed = true;
    if (length >= 0) {
      end();
    }
  }

  /// Ends the response in good order; one whose writer failed, was cancelled or wrote too little is
  /// cut instead, so that the client sees that it is not whole.
  void end() throws IOException {
    if (ended) {
      return;
    }
    closed = true;
    ended = true;
    boolean tooShort = written < length && !silent;
    boolean cutOff = length < 0 && exchange.cancellation().isCancelled();
    if (failed || tooShort || cutOff) {
      exchange.cut();
      exchange.cancellation().check();
    }
    if (failed) {
      return; // the write has thrown
    }
    if (tooShort) {
      throw new IOException("less than the Content-Length of " + length + " bytes was written");
    }
    exchange.send(LastHttpContent.EMPTY_LAST_CONTENT, exchange::lastSent);
  }

  @SuppressWarnings("WaitNotInLoop") // the loop is here
  private void awaitRoom(int bytes) throws IOException {
    Cancellation.current().check();
    synchronized (this) {
      try {
        while (pending >= writeAhead && broken == null) {
          wait();
        }
      } catch (InterruptedException e) {
        exchange.cancellation().check();
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while writing the response");
      }
      if (broken != null && exchange.isFinishing()) {
        return; // what is written now is discarded
      }
      if (broken != null) {
        Cancellation.current().check(); // so that the handler's work counts as told
        throw new CancelledException(broken);
      }
      pending += silent ? 0 : bytes;
    }
  }

  private void sent(ChannelFuture future, int bytes) {
    boolean failed;
    synchronized (this) {
      pending -= bytes;
      failed = !future.isSuccess();
      if (!failed) {
        sent += bytes;
      }
      notifyAll();
    }
    if (failed) {
      exchange.writeFailed(future.cause());
    }
  }

  /// The client is gone: a blocked writer wakes, and every later write is refused.
  synchronized void fail(CancelReason reason) {
    broken = reason;
    notifyAll();
  }

  /// How many bytes the kernel has taken.
  synchronized long sent() {
    return sent;
  }

  boolean isEnded() {
    return ended;
  }
}
