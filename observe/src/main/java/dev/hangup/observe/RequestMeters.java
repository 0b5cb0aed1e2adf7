package dev.hangup.observe;

import dev.hangup.CancelReason;
import dev.hangup.CancelReport;
import dev.hangup.RequestEvent;
import dev.hangup.RequestHead;
import dev.hangup.RequestObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/// Counts cancellations for Micrometer.
///
/// {@snippet class="dev.hangup.observe.SnippetsTest" region="meters"}
///
/// | meter | kind | tags | what |
/// |---|---|---|---|
/// | `http.server.cancellations` | counter | `reason`, `protocol`, `route` | requests that were cancelled |
/// | `http.server.cancel.time_to_stop` | timer | `reason` | from the cancel until all of a request's work had returned |
/// | `http.server.stragglers` | gauge | | requests whose work goes on beyond its cancel and its grace |
/// | `http.server.requests.active` | gauge | | requests that run, or wait for their turn |
///
/// No tag has values without bound: a reason is [CancelReason#code()]; a protocol that the server
/// does not know is `other`; a route is one of the application's patterns, `unmatched` where there
/// is none, and `other` once there have been 1,000. A deadline counts as `deadline_exceeded`: what
/// is the client's doing is told from what is the server's by the reason.
///
/// **Thread safety**: for any thread. One object serves any number of servers.
public final class RequestMeters implements RequestObserver {
  private static final int MOST_ROUTES = 1_000;
  private static final Duration[] BOUNDARIES = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5)
  };

  private final MeterRegistry registry;
  private final LongAdder active = new LongAdder();
  private final LongAdder stragglers = new LongAdder();
  private final ConcurrentMap<CancellationTags, Counter> cancellations = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Timer> timesToStop = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Boolean> routes = new ConcurrentHashMap<>();

  private RequestMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /// Makes the meters. Once for a registry: gauges of a second object would not be read.
  ///
  /// @param registry where they are
  /// @return an observer that keeps them
  public static RequestMeters in(MeterRegistry registry) {
    RequestMeters meters = new RequestMeters(Objects.requireNonNull(registry, "registry"));
    Gauge.builder("http.server.requests.active", meters.active, LongAdder::sum)
        .description("Requests that run, or wait for their turn")
        .strongReference(true)
        .register(registry);
    Gauge.builder("http.server.stragglers", meters.stragglers, LongAdder::sum)
        .description("Requests whose work goes on beyond its cancel and its grace")
        .strongReference(true)
        .register(registry);
    return meters;
  }

  @Override
  public Observed begins(RequestHead head) {
    active.increment();
    return new Counted(head.protocol());
  }

  private Counter cancellations(CancellationTags tags) {
    return cancellations.computeIfAbsent(
        tags,
        key ->
            Counter.builder("http.server.cancellations")
                .description("Requests that were cancelled")
                .tags("reason", key.reason(), "protocol", key.protocol(), "route", key.route())
                .register(registry));
  }

  private Timer timeToStop(String reason) {
    return timesToStop.computeIfAbsent(
        reason,
        key ->
            Timer.builder("http.server.cancel.time_to_stop")
                .description("From the cancel until all work had returned")
                .tags("reason", key)
                .serviceLevelObjectives(BOUNDARIES)
                .register(registry));
  }

  /// A pattern, as long as there are not too many.
  private String route(String pattern) {
    if (routes.containsKey(pattern)) {
      return pattern;
    }
    if (routes.size() >= MOST_ROUTES) {
      return Labels.OTHER;
    }
    routes.put(pattern, true);
    return pattern;
  }

  private record CancellationTags(String reason, String protocol, String route) {}

  /// One request.
  private final class Counted implements Observed {
    private final String protocol;
    private volatile String route = Labels.UNMATCHED;

    // Guarded by this
    private boolean straggles;
    private boolean over;

    Counted(String protocol) {
      this.protocol = protocol;
    }

    @Override
    public void happens(RequestEvent event) {
      switch (event) {
        case RequestEvent.Routed(String pattern) -> route = pattern;
        case RequestEvent.Cancelled(CancelReason reason) ->
            cancellations(
                    new CancellationTags(reason.code(), Labels.protocol(protocol), counted(route)))
                .increment();
        case RequestEvent.Straggles _ -> straggles();
        case RequestEvent.Stopped(CancelReport report) ->
            timeToStop(report.reason().code()).record(report.timeToStop());
        case RequestEvent.Ended _ -> ended();
      }
    }

    private String counted(String pattern) {
      return pattern.equals(Labels.UNMATCHED) ? pattern : route(pattern);
    }

    private synchronized void straggles() {
      if (!straggles && !over) {
        straggles = true;
        stragglers.increment();
      }
    }

    private synchronized void ended() {
      if (!over) {
        over = true;
        active.decrement();
        if (straggles) {
          stragglers.decrement();
        }
      }
    }
  }
}
