package dev.hangup.onnx;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// What the process uses.
final class Busy {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private Busy() {}

  /// Waits until the process has computed for so long.
  static void awaitCpu(Duration time) {
    long end = SYSTEM.getProcessCpuTime() + time.toNanos();
    while (SYSTEM.getProcessCpuTime() < end) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  /// The memory of the whole process, native memory included, in MiB.
  static long residentMiB() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      String line = lines.filter(each -> each.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", "")) / 1024; // "VmRSS:    1234 kB"
    }
  }
}
