package dev.hangup.lab;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/// Tells how far the lab is: a line for each experiment, and below them, on a terminal, a bar.
final class Progress {
  private static final int WIDTH = 30;

  private final PrintStream out;
  private final boolean terminal;
  private final long begun = System.nanoTime();
  private int all;
  private int done;

  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  void begin(Experiment experiment, int count) {
    all = count;
    if (terminal) {
      int full = all == 0 ? WIDTH : done * WIDTH / all;
      String bar = "=".repeat(full) + " ".repeat(WIDTH - full);
      out.print("\r\033[K[" + bar + "] " + done + "/" + all + remaining() + " " + experiment.id());
      out.flush();
    }
  }

  /// As long a time for each of the rest as for those that are done.
  private String remaining() {
    if (done == 0) {
      return "";
    }
    long nanos = (System.nanoTime() - begun) / done * (all - done);
    long seconds = Duration.ofNanos(nanos).toSeconds();
    return ", %d:%02d left".formatted(seconds / 60, seconds % 60);
  }

  void end(Cell cell) {
    done++;
    String line = "%3d/%d  %-55s %s".formatted(done, all, cell.id(), found(cell));
    out.println((terminal ? "\r\033[K" : "") + line);
  }

  private static String found(Cell cell) {
    if (cell.problem() != null) {
      return "not made: " + cell.problem();
    }
    String heard = "heard " + cell.heard() + "/" + cell.trials();
    double[] told = cell.toldMillis().stream().mapToDouble(d -> d).sorted().toArray();
    String when =
        told.length == 0 ? "" : String.format(Locale.ROOT, ", p50 %.1f ms", told[told.length / 2]);
    String falsely = cell.falseHangUps() == 0 ? "" : ", FALSE " + cell.falseHangUps();
    return heard + when + falsely;
  }
}
