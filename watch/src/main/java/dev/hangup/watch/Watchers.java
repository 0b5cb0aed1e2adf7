package dev.hangup.watch;

/// Finds the best way to see that this machine and this JVM allow.
final class Watchers {
  private static final System.Logger LOG = System.getLogger("dev.hangup");

  private Watchers() {}

  static Watcher best(SocketWatch.Options options) {
    Watcher watcher = choose(options);
    LOG.log(System.Logger.Level.INFO, "hang-ups on other servers' sockets are seen by " + watcher);
    return watcher;
  }

  private static Watcher choose(SocketWatch.Options options) {
    try {
      return new EpollWatcher(LinuxKernel.open(), options.halfClose);
    } catch (UnsupportedOperationException e) {
      String why = String.valueOf(e.getMessage());
      TcpTable table = TcpTable.ofThisProcess();
      return table.isReadable() && !options.halfClose
          ? new PollingWatcher(table, why)
          : new BlindWatcher(why);
    }
  }
}
