package dev.hangup.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What the filter costs a servlet that answers at once: a container with it and one without, in
/// turn, round by round; as a control, one without beside another without.
final class ServletThroughput {
  private final ServletOptions options;

  ServletThroughput(ServletOptions options) {
    this.options = options;
  }

  /// What one of the two did.
  private record Side(ServerProcess server, List<Double> perSecond, List<Double> perCpuSecond) {
    Side(ServerProcess server) {
      this(server, new ArrayList<>(), new ArrayList<>());
    }
  }

  /// Returns a row of the table.
  String measure(ServletHost host, Path keyStore) throws IOException, InterruptedException {
    try (ServerProcess bare = host.start(false, keyStore);
        ServerProcess filtered = host.start(!options.control(), keyStore)) {
      Side without = new Side(bare);
      Side with = new Side(filtered);
      int warmUp = Math.ceilDiv(options.warmUp(), options.seconds());
      for (int round = -warmUp; round < options.rounds(); round++) {
        boolean counts = round >= 0;
        run(round % 2 == 0 ? without : with, counts); // neither always goes first
        run(round % 2 == 0 ? with : without, counts);
      }
      return row(host, without, with);
    }
  }

  private void run(Side side, boolean counts) throws IOException, InterruptedException {
    Duration before = side.server().cpu();
    int port = side.server().address(dev.hangup.testkit.Protocol.HTTP1).getPort();
    Load.Result result = Load.WRK.run(port, options.seconds());
    Duration cpu = side.server().cpu().minus(before);
    if (result.errors() > 0) {
      throw new IOException(side.server().name() + ": " + result.errors() + " errors");
    }
    if (counts) {
      side.perSecond().add(result.answers() / result.seconds());
      side.perCpuSecond().add(result.answers() * 1e9 / cpu.toNanos());
    }
  }

  private static String row(ServletHost host, Side without, Side with) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %.3f | %,.0f | %,.0f | %.3f |%n",
        host.title,
        Throughput.summary(without.perSecond()),
        Throughput.summary(with.perSecond()),
        Throughput.median(with.perSecond()) / Throughput.median(without.perSecond()),
        Throughput.median(without.perCpuSecond()),
        Throughput.median(with.perCpuSecond()),
        Throughput.median(with.perCpuSecond()) / Throughput.median(without.perCpuSecond()));
  }
}
