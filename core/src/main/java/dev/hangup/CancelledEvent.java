package dev.hangup;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/// The Flight Recorder's event `dev.hangup.Cancelled`: one stop, told when it is complete.
@Name("dev.hangup.Cancelled")
@Label("Work Cancelled")
@Description("Work was cancelled and has stopped")
@Category("Hangup")
@StackTrace(false)
final class CancelledEvent extends Event {
  @Label("Work")
  @Nullable String work;

  @Label("Reason")
  @Nullable String reason;

  @Label("Time to Signal")
  @Description("From the cancel until every abort and action had been started")
  @Timespan(Timespan.NANOSECONDS)
  long timeToSignal;

  @Label("Time to Stop")
  @Description("From the cancel until the last piece of work had returned")
  @Timespan(Timespan.NANOSECONDS)
  long timeToStop;

  @Label("Aborts")
  int aborts;

  @Label("Re-fires")
  int refires;

  @Label("Interrupts")
  int interrupts;

  @Label("Stragglers")
  int stragglers;

  static void commit(String work, CancelReport report) {
    CancelledEvent event = new CancelledEvent();
    if (event.shouldCommit()) {
      event.work = work;
      event.reason = report.reason().code();
      event.timeToSignal = report.timeToSignal().toNanos();
      event.timeToStop = report.timeToStop().toNanos();
      event.aborts = report.aborts();
      event.refires = report.refires();
      event.interrupts = report.interrupts();
      event.stragglers = report.stragglers().size();
      event.commit();
    }
  }
}
