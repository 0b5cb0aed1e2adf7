package dev.hangup.spring;

import dev.hangup.servlet.ServletStop;
import dev.hangup.servlet.ServletWork;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/// Records how requests stopped, under the route that MVC found for them. A stop is told after its
/// request object may be another's already, so the route is kept beside the work, as long as that
/// lives.
final class ServletStops {
  private final HangUps hangUps;
  private final Map<ServletWork, String> routes = Collections.synchronizedMap(new WeakHashMap<>());

  ServletStops(HangUps hangUps) {
    this.hangUps = hangUps;
  }

  void routed(ServletWork work, String route) {
    routes.put(work, route);
    work.routed(route);
  }

  void stopped(ServletStop stop) {
    ServletWork work = stop.work();
    String method = work.toString().split(" ", 2)[0];
    Instant time = Instant.now().minus(stop.report().timeToStop());
    hangUps.add(HangUp.of(time, method, routes.get(work), work.policy(), stop.report()));
  }
}
