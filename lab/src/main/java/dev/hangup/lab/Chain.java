package dev.hangup.lab;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A server, and the proxy before it, if there is one.
///
/// @param server that listens
/// @param proxy that passes on to it
/// @param begun whether an experiment has begun with it
record Chain(ServerProcess server, @Nullable ProxyProcess proxy, AtomicBoolean begun)
    implements AutoCloseable {

  /// What experiments have it in common.
  static String key(Experiment experiment) {
    return experiment.server() + " " + experiment.proxyAndSetting() + " " + host(experiment);
  }

  private static String host(Experiment experiment) {
    return experiment.client().equals(VanishedClient.NAME) ? Namespace.HERE : "127.0.0.1";
  }

  /// Starts what an experiment needs. Throws IOException for people if that does not start.
  static Chain start(Experiment experiment, Path folder) throws IOException, InterruptedException {
    String host = host(experiment);
    if (host.equals(Namespace.HERE)) {
      Namespace.make();
    }
    ServerProcess server =
        ServerProcess.start(
            experiment.server(),
            ServerKind.command(experiment.server(), folder, host),
            folder,
            host);
    if (experiment.setting() == Setting.DIRECT) {
      return new Chain(server, null, new AtomicBoolean());
    }
    try {
      ProxyProcess proxy =
          ProxyProcess.start(
              experiment.proxyAndSetting(),
              ProxyKind.of(experiment.proxy()),
              server.uri("h1"),
              folder);
      return new Chain(server, proxy, new AtomicBoolean());
    } catch (IOException | InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /// Whether this is its first experiment.
  boolean begin() {
    return begun.compareAndSet(false, true);
  }

  /// Where the client goes.
  URI uri(String protocol) throws IOException {
    return proxy == null ? server.uri(protocol) : proxy.uri(protocol);
  }

  /// By which its packets are known.
  Set<Integer> ports(String protocol) throws IOException {
    return new TreeSet<>(
        List.of(
            uri(protocol).getPort(), (proxy == null ? uri(protocol) : server.uri("h1")).getPort()));
  }

  @Override
  public void close() {
    if (proxy != null) {
      proxy.close();
    }
    server.close();
  }
}
