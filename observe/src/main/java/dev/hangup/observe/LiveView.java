package dev.hangup.observe;

import dev.hangup.CancelReason;
import dev.hangup.CancelReport;
import dev.hangup.RequestEvent;
import dev.hangup.RequestHead;
import dev.hangup.RequestObserver;
import dev.hangup.Straggler;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What can be seen of the requests of a server now, and of those that were hung up on lately: what
/// a [LivePage] shows.
///
/// {@snippet class="dev.hangup.observe.SnippetsTest" region="page"}
///
/// Neither header fields nor query strings nor bodies are in it, and all that is kept is bounded:
/// the requests in flight, the last 400 events of hang-ups, the last 50 stragglers with 64 frames
/// each, durations of 500 routes.
///
/// **Thread safety**: for any thread. One object serves any number of servers and pages.
public final class LiveView implements RequestObserver {
  private static final int SHOWN = 100;
  private static final int KEPT_HANG_UPS = 400;
  private static final int KEPT_STRAGGLERS = 50;
  private static final int FRAMES = 64;

  private final AtomicLong ids = new AtomicLong();
  private final Set<Flight> flights = ConcurrentHashMap.newKeySet();
  private final Set<String> hidden = ConcurrentHashMap.newKeySet();
  private final Ring<HangUp> hangUps = new Ring<>(KEPT_HANG_UPS);
  private final Ring<Deaf> stragglers = new Ring<>(KEPT_STRAGGLERS);
  private final Totals totals = new Totals();
  private final Changes changes = new Changes();

  private LiveView() {}

  /// A view of no request yet.
  ///
  /// @return observes servers
  public static LiveView open() {
    return new LiveView();
  }

  @Override
  public Observed begins(RequestHead head) {
    Flight flight = new Flight(ids.incrementAndGet(), head);
    flights.add(flight);
    changes.happened();
    return event -> {
      happens(flight, event);
      // A page's own end would hold up the frame that tells of its other requests
      if (event instanceof RequestEvent.Routed || !flight.hidden) {
        changes.happened();
      }
    };
  }

  /// Requests of this route are neither shown nor counted: those of a live page itself, say.
  ///
  /// @param pattern as it is told by [RequestEvent.Routed]
  public void hide(String pattern) {
    hidden.add(pattern);
  }

  private void happens(Flight flight, RequestEvent event) {
    switch (event) {
      case RequestEvent.Routed(String pattern) -> routed(flight, pattern);
      case RequestEvent.Cancelled(CancelReason reason) -> cancelled(flight, reason);
      case RequestEvent.Straggles(Straggler straggler) -> {
        flight.straggles = true;
        stragglers.add(new Deaf(flight, System.currentTimeMillis(), straggler));
      }
      case RequestEvent.Stopped(CancelReport report) -> stopped(flight, report);
      case RequestEvent.Ended(OptionalInt status) -> ended(flight, status);
    }
  }

  private void routed(Flight flight, String pattern) {
    flight.route = pattern;
    flight.hidden = hidden.contains(pattern);
    if (flight.hidden) {
      flights.remove(flight);
    }
  }

  private void cancelled(Flight flight, CancelReason reason) {
    flight.reason = reason;
    if (!flight.hidden) {
      totals.cancelled(reason.code(), flight.protocol);
      hangUps.add(new HangUp(flight, System.currentTimeMillis(), reason, flight.nanos(), null, -1));
    }
  }

  private void stopped(Flight flight, CancelReport report) {
    flight.stopped = true;
    if (!flight.hidden) {
      totals.stopped(report.timeToStop());
      told(flight, report);
    }
  }

  private void ended(Flight flight, OptionalInt status) {
    flights.remove(flight);
    if (flight.hidden) {
      return;
    }
    boolean good = status.isPresent() && status.getAsInt() < 400;
    if (flight.reason == null && good) {
      totals.completed(flight.route, flight.nanos());
    } else if (flight.reason != null && !flight.stopped) {
      told(flight, null); // it had not begun, or was over
    }
  }

  private void told(Flight flight, @Nullable CancelReport report) {
    CancelReason reason = flight.reason;
    if (reason == null) {
      return;
    }
    long ran = flight.nanos();
    OptionalLong saved = totals.saved(flight.route, ran);
    long at = System.currentTimeMillis();
    hangUps.add(new HangUp(flight, at, reason, ran, report, saved.orElse(-1)));
  }

  /// Blocks until something has changed since the frame, or for so long.
  void awaitChangeAfter(Frame frame, Duration most) throws InterruptedException {
    changes.awaitMoreThan(frame.changes, most);
  }

  /// What is to be shown to who has seen the last frame; null for who has seen none.
  Frame after(@Nullable Frame last) {
    long seen = changes.count(); // before all that is looked at now
    long hungUp = hangUps.added();
    long deaf = stragglers.added();
    JsonText json = new JsonText().open('{');
    json.name("now").value(System.currentTimeMillis()).name("fresh").value(last == null);
    json.name("active").value((long) flights.size());
    json.name("flights").open('[');
    oldest().forEach(flight -> flight.write(json));
    json.close(']').name("straggling").open('[');
    flights.stream().filter(f -> f.straggles).limit(SHOWN).forEach(f -> json.value(f.id));
    json.close(']').name("hangUps").open('[');
    List<HangUp> fresh = hangUps.between(last == null ? 0 : last.hangUps, hungUp);
    fresh.subList(Math.max(0, fresh.size() - SHOWN), fresh.size()).forEach(h -> h.write(json));
    json.close(']').name("stragglers").open('[');
    stragglers.between(last == null ? 0 : last.stragglers, deaf).forEach(s -> s.write(json));
    json.close(']').name("totals");
    totals.write(json);
    return new Frame(json.close('}').toString(), seen, hungUp, deaf);
  }

  private List<Flight> oldest() {
    Comparator<Flight> youngestFirst = Comparator.comparingLong((Flight f) -> f.id).reversed();
    PriorityQueue<Flight> oldest = new PriorityQueue<>(SHOWN + 1, youngestFirst);
    for (Flight flight : flights) {
      oldest.add(flight);
      if (oldest.size() > SHOWN) {
        oldest.remove();
      }
    }
    return oldest.stream().sorted(youngestFirst.reversed()).toList();
  }

  /// What was sent to one page, and how far it has seen: nothing else is kept for it.
  record Frame(String json, long changes, long hangUps, long stragglers) {}

  /// That a request was cancelled, and later, as a second one, how its stop went.
  private record HangUp(
      Flight flight,
      long at,
      CancelReason reason,
      long ranNanos,
      @Nullable CancelReport report,
      long savedNanos) {
    void write(JsonText json) {
      json.open('{');
      flight.writeHead(json);
      json.name("at").value(at).name("reason").value(reason.code());
      json.name("ranMs").value(ranNanos / 1e6);
      if (report != null) {
        json.name("toStopMs").value(report.timeToStop().toNanos() / 1e6);
      }
      if (savedNanos >= 0) {
        json.name("savedMs").value(savedNanos / 1e6);
      }
      json.close('}');
    }
  }

  /// A straggler, as it was found.
  private record Deaf(Flight flight, long at, Straggler straggler) {
    void write(JsonText json) {
      json.open('{');
      flight.writeHead(json);
      json.name("at").value(at).name("thread").value(Flight.cut(straggler.thread()));
      json.name("afterMs").value(straggler.after().toMillis()).name("stack").open('[');
      straggler.stack().stream().limit(FRAMES).forEach(frame -> json.value(frame.toString()));
      json.close(']').close('}');
    }
  }
}
