package dev.hangup.server;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A response's body on its way from the handler to the event loop: each write is sent at once, and
/// whole, and blocks while more than the write-ahead waits for the client.
///
/// Who writes or ends has the turn; the lock that the event loop takes is held only for moments.
final class ResponseBody extends OutputStream {
  private static final int CHUNK = 32 << 10;
  private static final byte[] NOTHING = {};

  private final Exchange exchange;
  private final WriteAhead ahead;
  private final boolean silent;
  private final long length;
  private final @Nullable Compressor compressor;
  private final Trailers trailers;
  private final ReentrantLock turn = new ReentrantLock();

  // Only whose turn it is
  private boolean closed;
  private boolean failed;
  private long written;

  // Written by whose turn it is, read by any thread
  private volatile boolean ended;

  // Guarded by this
  private long pending;
  private long sent;
  private long lastSent = System.nanoTime();
  private @Nullable CancelReason broken;
  private boolean released;
  private boolean over;

  /// @param silent the response has no body to send: the answer to a HEAD request
  /// @param length what the handler promised, or -1
  /// @param coding how it is compressed, if it is
  ResponseBody(
      Exchange exchange,
      boolean silent,
      long length,
      @Nullable ContentCoding coding,
      Trailers trailers) {
    this.exchange = exchange;
    this.ahead = exchange.context().writeAhead();
    this.silent = silent;
    this.length = length;
    this.compressor = coding == null || silent ? null : new Compressor(coding);
    this.trailers = trailers;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, source.length);
    takeTurn();
    try {
      if (length >= 0 && written + count > length) {
        failed = true;
        throw new IOException("more than the Content-Length of " + length + " bytes was written");
      }
      if (failed) {
        throw new IOException("a write has failed before: the response is not whole");
      }
      if (closed && count > 0) {
        throw new IOException("the response is closed");
      }
      writeAll(source, offset, count);
    } finally {
      turn.unlock();
    }
  }

  /// Writes if nobody else does and nothing waits; never blocks for long.
  void writeIfIdle(byte[] source) throws IOException {
    if (!turn.tryLock()) {
      return;
    }
    try {
      if (!closed && !failed && isIdle()) {
        writeAll(source, 0, source.length);
      }
    } finally {
      turn.unlock();
    }
  }

  private void writeAll(byte[] source, int offset, int count) throws IOException {
    boolean whole = false;
    try {
      for (int done = 0; done < count; ) {
        int part = Math.min(Math.min(CHUNK, ahead.allowance()), count - done);
        boolean last = !silent && written + part == length;
        byte[] bytes = encoded(source, offset + done, part, last);
        awaitRoom(bytes.length);
        written += part;
        if (!silent) {
          send(bytes, last);
        }
        done += part;
      }
      whole = true;
    } finally {
      failed |= !whole;
    }
  }

  private byte[] encoded(byte[] source, int offset, int count, boolean last) {
    if (silent) {
      return NOTHING;
    }
    return compressor == null
        ? Arrays.copyOfRange(source, offset, offset + count)
        : compressor.compress(source, offset, count, last);
  }

  /// The last byte that was promised ends the response together with it: who has all may leave, and
  /// is not gone.
  private void send(byte[] bytes, boolean last) {
    if (last) {
      sendLast(bytes);
    } else {
      int count = bytes.length; // so that the array itself can go once Netty has copied it
      exchange.send(
          new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)), future -> sent(future, count));
    }
  }

  private void sendLast(byte[] bytes) {
    closed = true;
    ended = true;
    DefaultLastHttpContent last = new DefaultLastHttpContent(Unpooled.wrappedBuffer(bytes));
    if (!silent) {
      trailers.copyTo(last.trailingHeaders());
    }
    int count = bytes.length;
    exchange.send(
        last,
        future -> {
          sent(future, count);
          exchange.lastSent(future);
        });
  }

  /// Nothing more is written. A body of known length is whole now, or never; any other is whole
  /// when the handler has returned, for a try-with-resources closes the stream also where its body
  /// was left in the middle.
  @Override
  public void close() throws IOException {
    turn.lock();
    try {
      closed = true;
      if (length >= 0) {
        end();
      }
    } finally {
      turn.unlock();
    }
  }

  /// Ends the response in good order; one whose writer failed, was cancelled or wrote too little is
  /// cut instead, so that the client sees that it is not whole.
  void end() throws IOException {
    turn.lock();
    try {
      if (!ended) {
        finish();
      }
    } finally {
      turn.unlock();
    }
  }

  private void finish() throws IOException {
    closed = true;
    ended = true;
    boolean tooShort = written < length && !silent;
    boolean cutOff = length < 0 && exchange.scopes().cancellation().isCancelled();
    if (failed || tooShort || cutOff) {
      exchange.cut();
      exchange.scopes().cancellation().check();
    }
    if (failed) {
      return; // the write has thrown
    }
    if (tooShort) {
      throw new IOException("less than the Content-Length of " + length + " bytes was written");
    }
    byte[] rest = compressor == null ? NOTHING : compressor.end();
    synchronized (this) {
      hold(rest.length);
    }
    sendLast(rest);
  }

  /// A thread that was interrupted goes on as long as it need not wait.
  private void takeTurn() throws IOException {
    if (!turn.tryLock()) {
      try {
        turn.lockInterruptibly();
      } catch (InterruptedException e) {
        throw interrupted();
      }
    }
  }

  @SuppressWarnings("WaitNotInLoop") // the loop is here
  private void awaitRoom(int bytes) throws IOException {
    Cancellation.current().check();
    synchronized (this) {
      try {
        while (pending >= ahead.allowance() && broken == null && !released) {
          wait();
        }
      } catch (InterruptedException e) {
        throw interrupted();
      }
      if (broken != null && exchange.scopes().areToFinish()) {
        return; // what is written now is discarded
      }
      if (broken != null) {
        Cancellation.current().check(); // so that the handler's work counts as told
        throw new CancelledException(broken);
      }
      if (released) {
        throw new IOException("the response is over");
      }
      hold(bytes);
      lastSent = System.nanoTime();
    }
  }

  /// How much waits for the client has changed.
  private void hold(int bytes) {
    pending += bytes;
    ahead.take(bytes);
  }

  /// The exchange is over: what nobody took, and was not refused either, waits no longer.
  synchronized void over() {
    over = true;
    ahead.give(pending);
    pending = 0;
  }

  private InterruptedIOException interrupted() {
    exchange.scopes().cancellation().check();
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while writing the response");
  }

  private void sent(ChannelFuture future, int bytes) {
    boolean refused;
    synchronized (this) {
      if (!over) {
        hold(-bytes);
      }
      refused = !future.isSuccess();
      if (!refused) {
        sent += bytes;
      }
      notifyAll();
    }
    if (refused) {
      exchange.writeFailed(future.cause());
    }
  }

  /// The client is gone: a blocked writer wakes, and every later write is refused.
  synchronized void fail(CancelReason reason) {
    broken = reason;
    notifyAll();
  }

  /// The handler has returned: whoever still writes is none of its work.
  void release() {
    synchronized (this) {
      released = true;
      notifyAll();
    }
    turn.lock();
    try {
      closed = true;
      if (compressor != null) {
        compressor.close();
      }
    } finally {
      turn.unlock();
    }
  }

  /// Whether something waits with us for the client.
  synchronized boolean isPending() {
    return pending > 0;
  }

  /// How many bytes the kernel has taken.
  synchronized long sent() {
    return sent;
  }

  /// Whether nothing waits with us, and more may be sent.
  synchronized boolean isIdle() {
    return pending == 0 && broken == null && !released;
  }

  /// For how many nanoseconds nothing was written.
  synchronized long silence() {
    return System.nanoTime() - lastSent;
  }

  boolean takesTrailers() {
    return length < 0 && !ended;
  }

  boolean isEnded() {
    return ended;
  }
}
