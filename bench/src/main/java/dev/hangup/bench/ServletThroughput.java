package dev.hangup.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/// What the filter costs a servlet that answers at once: a container with it and one without, in
/// turn, round by round; as a control, one without beside another without.
final class ServletThroughput {
  private final ServletOptions options;

  ServletThroughput(ServletOptions options) {
    this.options = options;
  }

  /// Returns a row of the table.
  String measure(ServletHost host, Path keyStore) throws IOException, InterruptedException {
    try (ServerProcess bare = host.start(false, keyStore);
        ServerProcess filtered = host.start(!options.control(), keyStore)) {
      LoadedServer without = new LoadedServer(bare);
      LoadedServer with = new LoadedServer(filtered);
      int warmUp = Math.ceilDiv(options.warmUp(), options.seconds());
      for (int round = -warmUp; round < options.rounds(); round++) {
        boolean counts = round >= 0;
        (round % 2 == 0 ? without : with)
            .load(options.seconds(), counts); // neither always goes first
        (round % 2 == 0 ? with : without).load(options.seconds(), counts);
      }
      return row(host, without, with);
    }
  }

  private static String row(ServletHost host, LoadedServer without, LoadedServer with) {
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
