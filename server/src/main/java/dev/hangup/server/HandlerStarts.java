package dev.hangup.server;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/// Starts the threads of handlers, all that one look of an event loop at its sockets has brought
/// together: started one by one, each would wake a carrier that has gone to sleep after the last.
///
/// Only its event loop.
final class HandlerStarts {
  private final EventLoop loop;
  private List<Thread> threads = new ArrayList<>();

  HandlerStarts(EventLoop loop) {
    this.loop = loop;
  }

  /// Starts a thread before the loop sleeps.
  void add(Thread thread) {
    threads.add(thread);
    if (threads.size() == 1) {
      try {
        loop.execute(this::start);
      } catch (RejectedExecutionException stopped) {
        start();
      }
    }
  }

  private void start() {
    List<Thread> all = threads;
    threads = new ArrayList<>();
    all.forEach(Thread::start);
  }
}
