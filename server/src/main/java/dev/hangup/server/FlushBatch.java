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

  // Only the event loop
  private boolean unflushed;

  FlushBatch(ServerContext context, Channel channel) {
    this.context = context;
    this.channel = channel;
  }

  /// From any thread. On the event loop the task runs at once, where nothing waits before it.
  void add(Runnable task) {
    if (channel.eventLoop().inEventLoop() && tasks.isEmpty()) {
      task.run();
      unflushed = true;
    } else {
      tasks.add(task);
    }
    schedule();
  }

  private void schedule() {
    if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      context.later(channel, this::run);
    }
  }

  private void run() {
    flush();
    scheduled.set(false); // whoever adds from here on schedules
    if (unflushed || !tasks.isEmpty()) {
      schedule();
    }
  }

  private void flush() {
    for (int ran = 0; ran < MOST; ran++) {
      Runnable task = tasks.poll();
      if (task == null) {
        break;
      }
      task.run();
      unflushed = true;
    }
    if (unflushed) {
      unflushed = false; // before it: what is told of the flush may add
      channel.flush();
    }
  }
}
