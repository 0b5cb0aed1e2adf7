package dev.hangup.demo;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.Registration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What one request tells, in the order in which it happens: started, some progress, then
/// completed, or told of its cancel and stopped.
///
/// **Thread safety**: none; for the handler's thread.
final class Story {
  private final Events events;
  private final String id;
  private final Registration told;

  private Story(Events events, String id) {
    this.events = events;
    this.id = id;
    event("started", null, null);
    this.told = Cancellation.current().onCancel(reason -> event("told", null, reason));
  }

  /// Begins; from here on a cancel of the current work is traced.
  static Story begin(Events events, String id) {
    return new Story(events, id);
  }

  /// Tells programs of progress.
  void trace(String name, long n) {
    event(name, n, null);
  }

  /// Tells programs and people of progress.
  void tell(String name, long n, String line) {
    event(name, n, null);
    events.print(line);
  }

  /// Tells that the work was done.
  void completed(String line) {
    event("completed", null, null);
    events.print(line);
  }

  /// Tells that the work failed.
  void failed(String line) {
    event("failed", null, null);
    events.print(line);
  }

  /// Tells that the work was stopped, and how far it was.
  void stopped(long n, String line) {
    end(n, line);
  }

  /// Tells that the work was stopped.
  void stopped(String line) {
    end(null, line);
  }

  private void end(@Nullable Long n, String line) {
    told.close(); // waits for it: first told, then stopped
    CancelReason reason = Cancellation.current().reason().orElse(null);
    event("stopped", n, reason);
    events.print(why(reason) + " " + line);
  }

  private void event(String name, @Nullable Long n, @Nullable CancelReason reason) {
    events.trace(new Event(id, name, Instant.now(), n, reason == null ? null : reason.code()));
  }

  private static String why(@Nullable CancelReason reason) {
    return switch (reason) {
      case null -> "Interrupted.";
      case CancelReason gone when gone.isHangUp() -> "Client has disconnected.";
      case CancelReason.ServerStopping _ -> "The server stops.";
      case CancelReason other -> "Cancelled (" + other + ").";
    };
  }
}
