package dev.hangup.servlet;

import dev.hangup.testkit.Trail;
import java.util.List;

/// What a filter tells its listener, as `GET /report client_closed`.
final class HangUpStops {
  private final Trail trail = new Trail();
  private final Trail counts = new Trail();

  HangUpOptions heard(HangUpOptions options) {
    return options.withStopListener(this::add);
  }

  private synchronized void add(ServletStop stop) {
    trail.add(stop.work() + " " + stop.report().reason().code());
    counts.add(String.valueOf(trail.events().size()));
  }

  void await(String stop) throws InterruptedException {
    trail.await(stop);
  }

  void awaitCount(int stops) throws InterruptedException {
    counts.await(String.valueOf(stops));
  }

  List<String> all() {
    return trail.events();
  }
}
