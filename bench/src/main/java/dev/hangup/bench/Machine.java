package dev.hangup.bench;

import dev.hangup.CancelScope;
import io.grpc.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import kotlinx.coroutines.Job;
import org.openjdk.jmh.infra.BenchmarkParams;

/// Where and with what was measured.
final class Machine {
  private static final Path CPU = Path.of("/proc/cpuinfo");

  private Machine() {}

  static String preamble(BenchmarkParams run) {
    return """
    # What the core costs

    Time and bytes allocated per operation; ± is JMH's 99.9 %% confidence interval.

    - **when**: %s, by `java -jar bench/target/hangup-bench.jar core`
    - **where**: %s
    - **what**: %s, %s, %s
    - **how**: JMH %s, %s %s, %s; forks: %d, each %d × %s to warm up and %d × %s measured, on one thread
    """
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            where(),
            jarName(CancelScope.class),
            jarName(Context.class),
            jarName(Job.class),
            run.getJmhVersion(),
            run.getVmName(),
            run.getVmVersion(),
            String.join(" ", run.getJvmArgs()),
            run.getForks(),
            run.getWarmup().getCount(),
            run.getWarmup().getTime(),
            run.getMeasurement().getCount(),
            run.getMeasurement().getTime());
  }

  static String where() {
    return "%s, %d processors, %s %s"
        .formatted(
            processor(),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name"),
            System.getProperty("os.version"));
  }

  private static String processor() {
    try (Stream<String> lines = Files.exists(CPU) ? Files.lines(CPU) : Stream.empty()) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A library's name and version, as its jar's name tells.
  static String jarName(Class<?> type) {
    String location = type.getProtectionDomain().getCodeSource().getLocation().getPath();
    String file = String.valueOf(Path.of(location).getFileName());
    return file.endsWith(".jar") ? file.substring(0, file.length() - ".jar".length()) : file;
  }
}
