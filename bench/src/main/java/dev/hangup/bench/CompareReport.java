package dev.hangup.bench;

import java.lang.management.ManagementFactory;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/// What `compare` measured, as Markdown.
final class CompareReport {
  private final CompareOptions options;
  private final Set<Peer> peers;

  CompareReport(CompareOptions options, Set<Peer> peers) {
    this.options = options;
    this.peers = peers;
  }

  String throughput(List<Load> loads, List<Throughput> measured) {
    StringBuilder text = new StringBuilder("# Small requests, beside other servers\n\n");
    text.append(
        "Median (least–greatest) of the rounds. **Per CPU second**: of the server's own time, user's"
            + " and kernel's; steadier than per second.\n\n");
    text.append(preamble());
    text.append(
        "- **how**: `Hello, World!` on 127.0.0.1, keep-alive, each server in a process of its own,"
            + " JVMs with %s; %s; all servers in turn, round by round; rounds: %d, after %d runs each that are not counted\n"
                .formatted(
                    PeerProcess.MAX_HEAP,
                    loads.stream()
                        .map(load -> "`" + load.command(options.seconds()) + "`")
                        .collect(Collectors.joining(", ")),
                    options.rounds(),
                    Compare.WARM_UPS));
    for (Load load : loads) {
      text.append("\n## ").append(load.protocol).append("\n\n");
      text.append("| server | requests/s | per CPU second | of Hangup's |\n");
      text.append("| --- | ---: | ---: | ---: |\n");
      measured.stream()
          .filter(one -> one.load() == load)
          .forEach(one -> text.append(row(one, measured)));
    }
    return text.toString();
  }

  private static String row(Throughput one, List<Throughput> all) {
    if (!one.isValid()) {
      return "| %s | invalid: %,d errors | – | – |\n".formatted(one.peer().title, one.errors());
    }
    return "| %s | %s | %s | %s |\n"
        .formatted(
            one.peer().title,
            Throughput.summary(one.perSecond()),
            Throughput.summary(one.perCpuSecond()),
            all.stream()
                .filter(other -> other.load() == one.load() && other.peer() == Peer.HANGUP)
                .findFirst()
                .map(hangup -> ratio(one, hangup))
                .orElse("–"));
  }

  private static String ratio(Throughput one, Throughput hangup) {
    return String.format(
        Locale.ROOT,
        "%.2f",
        Throughput.median(one.perCpuSecond()) / Throughput.median(hangup.perCpuSecond()));
  }

  String memory(int requests, List<Footprint> measured) {
    StringBuilder text = new StringBuilder("# Requests in flight, beside other servers\n\n");
    text.append(
        """
        For each of the requests, which all wait in a handler at once. **Heap**: what a full collection leaves, with Go's stacks.
        **Resident**: by how much the process grew. **Stopped**: from the last `close()`, when all clients leave at once, to the
        moment when the last handler goes on; of servers that tell their handlers. The first time a JVM has compiled little of it.

        """);
    text.append(preamble());
    text.append(
        "- **how**: %,d requests, HTTP/1.1 on 127.0.0.1, each on a connection of its own, each server in a fresh process, JVMs with %s\n\n"
            .formatted(requests, PeerProcess.MAX_HEAP));
    text.append("| server | heap | resident | stopped | the fifth time |\n");
    text.append("| --- | ---: | ---: | ---: | ---: |\n");
    for (Footprint one : measured) {
      text.append(
          "| %s | %s | %s | %s | %s |\n"
              .formatted(
                  one.peer().title,
                  kilobytes(one.heap()),
                  kilobytes(one.resident()),
                  millis(one.first()),
                  millis(one.fifth())));
    }
    return text.toString();
  }

  private static String millis(OptionalLong nanos) {
    return nanos.isPresent() ? "%,d ms".formatted(nanos.getAsLong() / 1_000_000) : "–";
  }

  private static String kilobytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f KB", bytes / 1_000.0);
  }

  private String preamble() {
    return """
    - **when**: %s, by `%s`
    - **where**: %s; load average after: %.1f
    - **what**: %s; %s %s
    """
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            options.command(),
            Machine.where(),
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
            peers.stream().map(Peer::version).distinct().collect(Collectors.joining(", ")),
            System.getProperty("java.vm.name"),
            System.getProperty("java.vm.version"));
  }
}
