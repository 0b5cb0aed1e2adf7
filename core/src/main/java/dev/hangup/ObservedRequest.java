package dev.hangup;

import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Tells an observer of one request, in the order that [RequestEvent] promises: for engines, which
/// know of their requests in another.
///
/// A cancel, and how the stop went, are seen in the request's scopes. The end is told once the stop
/// was: an engine that says so earlier is not waited for.
///
/// **Thread safety**: for any thread. The observer is called outside the lock.
public final class ObservedRequest {
  private final RequestObserver.Observed observed;

  // Guarded by this
  private @Nullable CancelScope outer;
  private @Nullable CancelScope inner;
  private boolean cancelled;
  private boolean stopped;
  private RequestEvent.@Nullable Ended held;

  private ObservedRequest(RequestObserver.Observed observed) {
    this.observed = observed;
  }

  /// A request has come.
  ///
  /// @param observer told of it, on the calling thread
  /// @param head what is known of it
  /// @return tells the rest
  public static ObservedRequest begin(RequestObserver observer, RequestHead head) {
    return new ObservedRequest(Guard.begin(observer, head));
  }

  /// Its route was found.
  ///
  /// @param pattern the application's
  public void routed(String pattern) {
    Guard.tell(observed, new RequestEvent.Routed(pattern));
  }

  /// One of its threads goes on beyond the grace: what a scope's listener for stragglers is told.
  ///
  /// @param straggler which, and doing what
  public void straggles(Straggler straggler) {
    Guard.tell(observed, new RequestEvent.Straggles(straggler));
  }

  /// Its work runs in this scope from now on: told of its cancel, and of its stop. Of two scopes,
  /// one inside the other, the first to be cancelled counts.
  ///
  /// @param scope the request's, or one that its route has inside of that
  public synchronized void follow(CancelScope scope) {
    if (outer == null) {
      outer = scope;
    } else {
      inner = scope;
    }
    scope.follow(reason -> cancelled(scope, reason));
  }

  private void cancelled(CancelScope scope, CancelReason reason) {
    if (claim()) {
      Guard.tell(observed, new RequestEvent.Cancelled(reason));
      var _ = scope.whenStopped().thenAccept(this::stopped);
    }
  }

  private synchronized boolean claim() {
    boolean first = !cancelled;
    cancelled = true;
    return first;
  }

  private void stopped(CancelReport report) {
    Guard.tell(observed, new RequestEvent.Stopped(report));
    RequestEvent.Ended end;
    synchronized (this) {
      stopped = true;
      end = held;
    }
    if (end != null) {
      Guard.tell(observed, end);
    }
  }

  /// It is over, and its scopes are closed. To be called once.
  ///
  /// @param status what was sent; empty where nothing was
  /// @param reason why it was cancelled, where its scopes were not: before they were opened, or
  ///   after
  public void ended(OptionalInt status, Optional<CancelReason> reason) {
    RequestEvent.Ended end = new RequestEvent.Ended(status);
    synchronized (this) {
      boolean stops = isCancelled(outer) || isCancelled(inner);
      if (stops && !stopped) {
        held = end;
        return;
      }
    }
    if (reason.isPresent() && claim()) {
      Guard.tell(observed, new RequestEvent.Cancelled(reason.get()));
    }
    Guard.tell(observed, end);
  }

  private static boolean isCancelled(@Nullable CancelScope scope) {
    return scope != null && scope.cancellation().isCancelled();
  }
}
