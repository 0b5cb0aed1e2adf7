package dev.hangup.watch;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// Finds the best way to see that this machine and this JVM allow, by trying.
final class Watchers {
  private static final System.Logger LOG = System.getLogger("dev.hangup");

  private static final Set<String> SAID = ConcurrentHashMap.newKeySet(); // once each

  private Watchers() {}

  static Watcher best(SocketWatch.Options options) {
    Watcher watcher = best(options, LinuxKernel::open, TcpTable.ofThisProcess());
    if (SAID.add(watcher.toString())) {
      LOG.log(
          System.Logger.Level.INFO, "hang-ups on other servers' sockets are seen by " + watcher);
    }
    return watcher;
  }

  /// @param kernel throws UnsupportedOperationException where it is not allowed, or not Linux
  static Watcher best(SocketWatch.Options options, Supplier<Kernel> kernel, TcpTable table) {
    String why;
    try {
      return tried(new EpollWatcher(kernel.get(), options.halfClose));
    } catch (UnsupportedOperationException e) {
      why = String.valueOf(e.getMessage());
    }
    if (!table.isReadable()) {
      return new BlindWatcher(why);
    }
    if (options.halfClose) { // the table does not tell it from a close
      return new BlindWatcher(why + "; /proc/net/tcp is not enough where half-closes are allowed");
    }
    try {
      return tried(new PollingWatcher(table, why));
    } catch (UnsupportedOperationException e) {
      return new BlindWatcher(why + "; /proc/net/tcp: " + e.getMessage());
    }
  }

  private static Watcher tried(Watcher watcher) {
    try {
      SelfTest.run(watcher);
      return watcher;
    } catch (UnsupportedOperationException e) {
      watcher.close();
      throw e;
    }
  }

  /// A thread that keeps nothing of whoever happens to be the first to watch, such as a web
  /// application's class loader.
  static Thread start(Runnable watcher) {
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("hangup-watch")
            .inheritInheritableThreadLocals(false)
            .unstarted(watcher);
    thread.setContextClassLoader(Watchers.class.getClassLoader());
    thread.start();
    return thread;
  }
}
