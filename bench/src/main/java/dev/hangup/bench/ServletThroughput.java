package dev.hangup.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

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
        ratio(with.perSecond(), without.perSecond()),
        Throughput.median(without.perCpuSecond()),
        Throughput.median(with.perCpuSecond()),
        ratio(with.perCpuSecond(), without.perCpuSecond()));
  }

  /// The median of the rounds': the machine is faster in some than in others.
  private static double ratio(List<Double> with, List<Double> without) {
    return Throughput.median(
        IntStream.range(0, with.size()).mapToObj(i -> with.get(i) / without.get(i)).toList());
  }
}
