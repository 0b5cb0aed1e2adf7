package dev.hangup.server;

import io.netty.channel.Channel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// What the handlers of one connection hand to its event loop: many answers, one wake-up, one
/// system call. While the loop is busy, they gather.
///
/// Tasks run in the order in which they were added, each with what its adder did before. They write
/// and do not flush.
final class FlushBatch {
  /// Then it is the other connections' turn.
  private static final int MOST = 256;

  private final ServerContext context;
  private final Channel channel;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  FlushBatch(ServerContext context, Channel channel) {
    this.context = context;
    this.channel = channel;
  }

  /// From any thread; runs later, also where this is the event loop.
  void add(Runnable task) {
    tasks.add(task);
    if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      context.later(channel, this::run);
    }
  }

  private void run() {
    flush();
    scheduled.set(false); // whoever adds from here on schedules
    if (!tasks.isEmpty() && scheduled.compareAndSet(false, true)) {
      context.later(channel, this::run);
    }
  }

  /// On the event loop: runs what has gathered, and flushes once.
  void flush() {
    int ran = 0;
    for (Runnable task; ran < MOST && (task = tasks.poll()) != null; ran++) {
      task.run();
    }
    if (ran > 0) {
      channel.flush();
    }
  }
}
