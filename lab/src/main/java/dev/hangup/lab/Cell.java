package dev.hangup.lab;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One experiment, made several times, and what was found.
///
/// @param id such as `curl/none/hangup/h1/closed`
/// @param client who hangs up
/// @param proxy what is between them; `none`
/// @param setting the proxy's
/// @param server who is to hear of it
/// @param protocol the client's: `h1`, `h2` or `h3`
/// @param leaving how the client leaves
/// @param trials how often it was made
/// @param heard in how many of them the handler was told
/// @param falseHangUps how many handlers were told although their client stayed
/// @param toldMillis from the leaving until the handler was told, for each that was; empty where it
///   is not known exactly when the client left
/// @param stoppedMillis from there until it had stopped
/// @param wastedSteps the steps of work, of 10 ms each, begun after the leaving
/// @param bytesAfter what the handler wrote after the leaving
/// @param siblingsAlive whether another request on the same connection went on; null if there was
///   none
/// @param connectionReused whether the next request took the same connection; null if that was not
///   asked
/// @param problem why it could not be made; null if it could
/// @param trace the file of its events, beside the run's
/// @param capture the file of its packets, beside the run's; null if none were kept
record Cell(
    String id,
    String client,
    String proxy,
    Setting setting,
    String server,
    String protocol,
    String leaving,
    int trials,
    int heard,
    int falseHangUps,
    List<Double> toldMillis,
    List<Double> stoppedMillis,
    List<Integer> wastedSteps,
    List<Long> bytesAfter,
    @Nullable Boolean siblingsAlive,
    @Nullable Boolean connectionReused,
    @Nullable String problem,
    String trace,
    @Nullable String capture) {

  Cell {
    toldMillis = List.copyOf(toldMillis);
    stoppedMillis = List.copyOf(stoppedMillis);
    wastedSteps = List.copyOf(wastedSteps);
    bytesAfter = List.copyOf(bytesAfter);
  }

  /// The proxy with its setting, where that makes a difference; for people.
  String between() {
    return switch (setting) {
      case DIRECT -> "direct";
      case DEFAULT -> proxy;
      case RECOMMENDED -> proxy + ", recommended";
    };
  }

  /// The file that shows what happened, beside the run's.
  String evidence() {
    return capture == null ? trace : StoryPage.name(this);
  }

  /// What was found, in a line.
  String said() {
    StringBuilder said = new StringBuilder(id).append(": ");
    if (problem != null) {
      return said.append(problem).toString();
    }
    said.append(
        Hearing.isHangUp(this)
            ? "heard %d of %d".formatted(heard, trials)
            : "waited on %d of %d".formatted(Hearing.right(this), trials));
    if (!toldMillis.isEmpty()) {
      said.append(", after ").append(Figures.millis(Figures.percentile(toldMillis, 50)));
      said.append(" (p50)");
    }
    return said.toString();
  }

  /// The same, whose packets were kept.
  Cell withCapture(String file) {
    return new Cell(
        id,
        client,
        proxy,
        setting,
        server,
        protocol,
        leaving,
        trials,
        heard,
        falseHangUps,
        toldMillis,
        stoppedMillis,
        wastedSteps,
        bytesAfter,
        siblingsAlive,
        connectionReused,
        problem,
        trace,
        file);
  }
}
