package dev.hangup.servlet;

import dev.hangup.CancelReason;
import dev.hangup.Registration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Looks 20 times a second whether streams of HTTP/2 were reset, for containers that do not tell.
/// One daemon thread, which sleeps while there is no stream.
final class StreamPoll implements Runnable {
  static final StreamPoll SHARED = new StreamPoll();

  private static final long PERIOD_MILLIS = 50;
  static final long CANCEL = 8; // RFC 9113 §7; which it was cannot be seen

  private final Map<Stream, Boolean> streams = new ConcurrentHashMap<>();
  private final Semaphore added = new Semaphore(0);
  private final CountDownLatch pause = new CountDownLatch(1); // nobody counts it down

  private StreamPoll() {
    Thread.ofPlatform()
        .inheritInheritableThreadLocals(false)
        .daemon()
        .name("hangup-streams")
        .start(this);
  }

  private static final class Stream {
    private final Callable<Boolean> isReset;
    private final Consumer<? super CancelReason> action;
    private boolean open = true; // guarded by this: a close waits for the action

    Stream(Callable<Boolean> isReset, Consumer<? super CancelReason> action) {
      this.isReset = isReset;
      this.action = action;
    }

    /// Returns whether there is no more to look for.
    synchronized boolean look() {
      try {
        if (open && isReset.call()) {
          open = false;
          action.accept(new CancelReason.StreamReset(CANCEL));
        }
      } catch (Exception e) {
        open = false;
        Member.notAsKnown("a stream of HTTP/2", e);
      }
      return !open;
    }

    synchronized void close() {
      open = false;
    }
  }

  Registration add(Callable<Boolean> isReset, Consumer<? super CancelReason> action) {
    Stream stream = new Stream(isReset, action);
    streams.put(stream, true);
    added.release();
    return () -> {
      stream.close();
      streams.remove(stream);
    };
  }

  @Override
  public void run() {
    boolean running = true;
    while (running) {
      try {
        if (streams.isEmpty()) {
          added.acquire();
        }
        pause.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        added.drainPermits();
        streams.keySet().removeIf(Stream::look);
      } catch (InterruptedException e) {
        running = false; // nobody has this thread
      }
    }
  }
}
