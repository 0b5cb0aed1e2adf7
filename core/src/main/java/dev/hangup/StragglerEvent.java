package dev.hangup;

import java.util.stream.Collectors;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/// The Flight Recorder's event `dev.hangup.Straggler`: work that still ran after its cancel and its
/// grace.
@Name("dev.hangup.Straggler")
@Label("Straggler")
@Description("Work still ran after its cancel and its grace were over")
@Category("Hangup")
@StackTrace(false)
final class StragglerEvent extends Event {
  @Label("Work")
  @Nullable String work;

  @Label("Reason")
  @Nullable String reason;

  @Label("Straggler Thread")
  @Nullable String straggler;

  @Label("After")
  @Description("How long after the cancel it was found still running")
  @Timespan(Timespan.NANOSECONDS)
  long after;

  @Label("Stack")
  @Description("What it was doing, a frame a line")
  @Nullable String stack;

  static void commit(String work, CancelReason reason, Straggler straggler) {
    StragglerEvent event = new StragglerEvent();
    if (event.shouldCommit()) {
      event.work = work;
      event.reason = reason.code();
      event.straggler = straggler.thread();
      event.after = straggler.after().toNanos();
      event.stack =
          straggler.stack().stream()
              .map(StackTraceElement::toString)
              .collect(Collectors.joining("\n"));
      event.commit();
    }
  }
}
