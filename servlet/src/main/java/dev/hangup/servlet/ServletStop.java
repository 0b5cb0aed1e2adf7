package dev.hangup.servlet;

import dev.hangup.CancelReport;
import java.util.Objects;

/// That a request's work has stopped, and how: also of one that was to finish, and has.
///
/// @param work the request's
/// @param report how the stop went; of a work that was to finish, the time to stop is that from the
///   hang-up to its end
public record ServletStop(ServletWork work, CancelReport report) {
  /// Checks the components.
  public ServletStop {
    Objects.requireNonNull(work, "work");
    Objects.requireNonNull(report, "report");
  }
}
