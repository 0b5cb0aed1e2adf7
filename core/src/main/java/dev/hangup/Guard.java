package dev.hangup;

import java.util.Objects;

/// Calls observers, and lets nothing through that they throw.
final class Guard {
  private static final RequestObserver.Observed NOBODY = _ -> {};

  private Guard() {}

  static RequestObserver.Observed begin(RequestObserver observer, RequestHead head) {
    try {
      return Objects.requireNonNull(observer.begins(head), "begins");
    } catch (RuntimeException | LinkageError failure) {
      Log.observerFailed(failure);
      return NOBODY;
    }
  }

  static void tell(RequestObserver.Observed observed, RequestEvent event) {
    try {
      observed.happens(event);
    } catch (RuntimeException | LinkageError failure) {
      Log.observerFailed(failure);
    }
  }
}
