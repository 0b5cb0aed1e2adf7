package dev.hangup.bench;

import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import dev.hangup.ObservedRequest;
import dev.hangup.RequestHead;
import dev.hangup.RequestObserver;
import dev.hangup.observe.LiveView;
import dev.hangup.observe.RequestMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Optional;
import java.util.OptionalInt;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Warmup;

/// What observers add to a request that nobody hangs up on, from its head to its end: the calls
/// that the server makes of them. Compiled in full only after some seconds: there are many.
@Warmup(iterations = 5, time = 1)
public class ObserveCost extends Benchmarked {
  private final RequestHead head = RequestHead.of("GET", "/", "HTTP/1.1", "127.0.0.1:50000");
  private final CancelScope.Options options = CancelScope.Options.defaults().withName("GET /");
  private final RequestObserver meters = RequestMeters.in(new SimpleMeterRegistry());
  private final RequestObserver metersAndView = meters.and(LiveView.open());

  @Benchmark
  public void nobody() throws Exception {
    CancelScope.open(Cancellation.detached(), _ -> options).close();
  }

  @Benchmark
  public void meters() throws Exception {
    observe(meters);
  }

  @Benchmark
  public void metersAndView() throws Exception {
    observe(metersAndView);
  }

  private void observe(RequestObserver observer) throws Exception {
    ObservedRequest request = ObservedRequest.begin(observer, head);
    try (CancelScope scope = CancelScope.open(Cancellation.detached(), _ -> options)) {
      request.follow(scope);
      request.routed("/");
    }
    request.ended(OptionalInt.of(200), Optional.empty());
  }
}
