package dev.hangup.bench;

import dev.hangup.servlet.HangUpFilter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/// Measures the servlet filter in the containers, beside the same containers without it.
final class ServletBench implements AutoCloseable {
  private final Path folder = Files.createTempDirectory("hangup-servlet");
  private final ServletOptions options;
  private int missed;

  ServletBench(ServletOptions options) throws IOException {
    this.options = options;
  }

  /// How many trials were not told.
  int missed() {
    return missed;
  }

  /// Returns the tables, in Markdown.
  String run() throws IOException, InterruptedException {
    PemFiles.selfSigned(folder);
    Path keyStore = folder.resolve("localhost.p12");
    StringBuilder text = new StringBuilder(preamble());
    if (options.rounds() > 0) {
      text.append(
          "\n| throughput | bare, requests/s | with the filter | ratio | bare, per CPU second | with the filter | ratio |\n");
      text.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
      for (ServletHost host : options.hosts()) {
        text.append(new ServletThroughput(options).measure(host, keyStore));
      }
    }
    if (options.trials() > 0) {
      text.append(
          "\n| | the client | told | left → heard, µs | left → told, µs | left → stopped, µs | without the filter ran to its end |\n");
      text.append("| --- | --- | ---: | ---: | ---: | ---: | ---: |\n");
      for (ServletHost host : options.hosts()) {
        ServletDetection detection = new ServletDetection(options.trials());
        text.append(detection.measure(host, keyStore));
        missed += detection.missed();
      }
    }
    return text.toString();
  }

  private String preamble() {
    return """
    - **when**: %s, by `%s`
    - **where**: %s; load average before: %.1f
    - **what**: %s; JVMs with %s, %s %s
    - **how**: on 127.0.0.1, each container in a process of its own; `%s` on the one with the filter and the one without in turn;
      one client at a time leaves a servlet that has waited 20 ms: p50 / p99 / the longest, by CLOCK_MONOTONIC
    """
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            options.command(),
            Machine.where(),
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
            Machine.jarName(HangUpFilter.class),
            PeerProcess.MAX_HEAP,
            System.getProperty("java.vm.name"),
            System.getProperty("java.vm.version"),
            Load.WRK.command(options.seconds()));
  }

  @Override
  public void close() throws IOException {
    Detect.delete(folder);
  }
}
