package dev.hangup.servlet;

import dev.hangup.CancelPolicy;
import dev.hangup.CancelScope;
import dev.hangup.RequestObserver;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How a [HangUpFilter] behaves. Immutable: each `withX` returns a copy.
///
/// | option | default |
/// |---|---|
/// | policy | [CancelPolicy#forMethod(String)] |
/// | patience | 10 ms |
/// | grace | 250 ms |
/// | max deadline | 1 hour |
/// | stop listener | none |
/// | observer | none |
public final class HangUpOptions {
  static final HangUpOptions DEFAULTS =
      new HangUpOptions(
          request -> CancelPolicy.forMethod(request.getMethod()),
          Duration.ofMillis(10),
          Duration.ofMillis(250),
          Duration.ofHours(1),
          HangUpOptions::nobody,
          null);

  private final Function<? super HttpServletRequest, CancelPolicy> policy;
  private final Duration patience;
  private final Duration grace;
  private final Duration maxDeadline;
  private final Consumer<? super ServletStop> listener;
  private final @Nullable RequestObserver observer;
  private final CancelScope.Options scope;

  private HangUpOptions(
      Function<? super HttpServletRequest, CancelPolicy> policy,
      Duration patience,
      Duration grace,
      Duration maxDeadline,
      Consumer<? super ServletStop> listener,
      @Nullable RequestObserver observer) {
    this.policy = Objects.requireNonNull(policy, "policy");
    this.patience = notNegative("patience", patience);
    this.grace = notNegative("grace", grace);
    this.maxDeadline = notNegative("maxDeadline", maxDeadline);
    this.listener = Objects.requireNonNull(listener, "listener");
    this.observer = observer;
    this.scope = CancelScope.Options.defaults().withGrace(grace);
  }

  private static void nobody(ServletStop stop) {
    // nobody listens
  }

  private static Duration notNegative(String name, Duration time) {
    if (Objects.requireNonNull(time, name).isNegative()) {
      throw new IllegalArgumentException(name + ": " + time + " (expected: zero or more)");
    }
    return time;
  }

  /// What a hang-up does to a request. [ServletWork#changePolicy(CancelPolicy)] changes it once the
  /// handler is known.
  ///
  /// @param policy called once for each request, on its thread
  /// @return a copy
  public HangUpOptions withPolicy(Function<? super HttpServletRequest, CancelPolicy> policy) {
    return new HangUpOptions(policy, patience, grace, maxDeadline, listener, observer);
  }

  /// How old a request must be before its connection is watched: see
  /// [dev.hangup.watch.SocketWatch.Options#withPatience(Duration)].
  ///
  /// @param patience 0 to an hour
  /// @return a copy
  /// @throws IllegalArgumentException if it is negative
  public HangUpOptions withPatience(Duration patience) {
    return new HangUpOptions(policy, patience, grace, maxDeadline, listener, observer);
  }

  /// How long aborts have before the interrupt: see
  /// [dev.hangup.CancelScope.Options#withGrace(Duration)].
  ///
  /// @param grace zero or more
  /// @return a copy
  /// @throws IllegalArgumentException if it is negative
  public HangUpOptions withGrace(Duration grace) {
    return new HangUpOptions(policy, patience, grace, maxDeadline, listener, observer);
  }

  /// The longest deadline that a caller's header field can set; a longer one is shortened.
  ///
  /// @param maxDeadline zero or more
  /// @return a copy
  /// @throws IllegalArgumentException if it is negative
  public HangUpOptions withMaxDeadline(Duration maxDeadline) {
    return new HangUpOptions(policy, patience, grace, maxDeadline, listener, observer);
  }

  /// Tells of each request that was hung up on or ran out of time, when all of its work has
  /// stopped. Called once for each, on a virtual thread or the request's own; what it throws is
  /// logged by whoever called.
  ///
  /// @param listener receives how the stop went
  /// @return a copy
  public HangUpOptions withStopListener(Consumer<? super ServletStop> listener) {
    return new HangUpOptions(policy, patience, grace, maxDeadline, listener, observer);
  }

  /// Who sees the requests: metrics, traces, a page. The route of a request is what
  /// [ServletWork#routed(String)] says, if anybody does. Two:
  /// [RequestObserver#and(RequestObserver)].
  ///
  /// @param observer told of each request
  /// @return a copy
  public HangUpOptions withObserver(RequestObserver observer) {
    Objects.requireNonNull(observer, "observer");
    return new HangUpOptions(policy, patience, grace, maxDeadline, listener, observer);
  }

  Function<? super HttpServletRequest, CancelPolicy> policy() {
    return policy;
  }

  Duration patience() {
    return patience;
  }

  Duration grace() {
    return grace;
  }

  /// What the scopes of all requests have in common.
  CancelScope.Options scope() {
    return scope;
  }

  Duration maxDeadline() {
    return maxDeadline;
  }

  /// Whether there is a listener at all: telling one costs each request a little.
  boolean isListenedTo() {
    return listener != DEFAULTS.listener;
  }

  Consumer<? super ServletStop> listener() {
    return listener;
  }

  @Nullable RequestObserver observer() {
    return observer;
  }
}
