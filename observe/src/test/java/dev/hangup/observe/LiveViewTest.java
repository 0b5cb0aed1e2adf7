package dev.hangup.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.CancelReport;
import dev.hangup.RequestEvent;
import dev.hangup.RequestHead;
import dev.hangup.RequestObserver.Observed;
import dev.hangup.Straggler;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What there is to be seen, and that it stays bounded.
class LiveViewTest {
  private static final CancelReason RESET = new CancelReason.ClientReset();
  private static final RequestEvent ENDED = new RequestEvent.Ended(OptionalInt.empty());
  private final LiveView view = LiveView.open();

  private Observed begin(String path) {
    return view.begins(RequestHead.of("GET", path, "HTTP/1.1", "127.0.0.1"));
  }

  private static RequestEvent stopped() {
    Duration time = Duration.ofMillis(3);
    return new RequestEvent.Stopped(new CancelReport(RESET, time, time, 0, 0, 1, List.of()));
  }

  private Parsed seen() {
    return Parsed.of(view.after(null).json());
  }

  @Test
  void requestInFlightIsSeenWithoutItsQuery() {
    Observed request = begin("/report?secret=1");
    request.happens(new RequestEvent.Routed("/report"));
    Parsed flight = seen().at("flights").at(0);

    assertThat(flight.at("path").text()).isEqualTo("/report");
    assertThat(flight.at("route").text()).isEqualTo("/report");
    assertThat(view.after(null).json()).doesNotContain("secret");
    request.happens(ENDED);
    assertThat(seen().at("flights").size()).isZero();
  }

  @Test
  void hangUpIsToldAtOnceAndAgainOnceItHasStopped() {
    Observed done = begin("/slow");
    done.happens(new RequestEvent.Routed("/slow"));
    done.happens(new RequestEvent.Ended(OptionalInt.of(200)));
    Observed request = begin("/slow");
    request.happens(new RequestEvent.Routed("/slow"));
    LiveView.Frame before = view.after(null);
    request.happens(new RequestEvent.Cancelled(RESET));
    LiveView.Frame told = view.after(before);
    request.happens(stopped());
    request.happens(ENDED);
    LiveView.Frame over = view.after(told);

    Parsed first = Parsed.of(told.json()).at("hangUps");
    Parsed second = Parsed.of(over.json()).at("hangUps");
    assertThat(first.size()).isEqualTo(1);
    assertThat(first.at(0).at("reason").text()).isEqualTo("client_reset");
    assertThat(first.at(0).at("toStopMs").value()).isNull();
    assertThat(second.size()).isEqualTo(1);
    assertThat(second.at(0).at("id").text()).isEqualTo(first.at(0).at("id").text());
    assertThat(second.at(0).at("toStopMs").text()).isEqualTo("3.000");
    assertThat(second.at(0).at("savedMs").text()).isNotNull();
  }

  @Test
  void whatWaitedAndLeftIsToldOfAtItsEnd() {
    Observed request = begin("/");
    request.happens(new RequestEvent.Cancelled(RESET));
    request.happens(ENDED);

    assertThat(seen().at("hangUps").size()).isEqualTo(2);
    assertThat(seen().at("totals").at("cancelled").text()).isEqualTo("1");
  }

  @Test
  void everythingIsBounded() {
    StackTraceElement frame = new StackTraceElement("Deaf", "compute", "Deaf.java", 1);
    Straggler deaf = new Straggler("t", Duration.ofMillis(250), Collections.nCopies(1_000, frame));
    for (int i = 0; i < 2_000; i++) {
      Observed request = begin("/" + "x".repeat(10_000));
      request.happens(new RequestEvent.Cancelled(RESET));
      request.happens(new RequestEvent.Straggles(deaf));
      request.happens(stopped());
      request.happens(ENDED);
    }
    for (int i = 0; i < 2_000; i++) {
      begin("/" + i);
    }
    Parsed seen = seen();

    assertThat(seen.at("active").text()).isEqualTo("2000");
    assertThat(seen.at("flights").size()).isEqualTo(100);
    assertThat(seen.at("flights").at(0).at("path").text()).as("the oldest first").isEqualTo("/0");
    assertThat(seen.at("hangUps").size()).isEqualTo(100);
    assertThat(seen.at("hangUps").at(0).at("path").text()).hasSizeLessThan(250);
    assertThat(seen.at("stragglers").size()).isEqualTo(50);
    assertThat(seen.at("stragglers").at(0).at("stack").size()).isEqualTo(64);
    assertThat(seen.at("totals").at("cancelled").text()).isEqualTo("2000");
  }

  @Test
  void hiddenRoutesAreNeitherSeenNorCounted() {
    view.hide("/hangup/feed");
    Observed request = begin("/hangup/feed");
    request.happens(new RequestEvent.Routed("/hangup/feed"));
    assertThat(seen().at("active").text()).isEqualTo("0");
    LiveView.Frame last = view.after(null);
    request.happens(new RequestEvent.Cancelled(RESET));
    request.happens(stopped());
    request.happens(ENDED);

    assertThat(seen().at("hangUps").size()).isZero();
    assertThat(seen().at("totals").at("cancelled").text()).isEqualTo("0");
    assertThat(view.after(last).changes()).as("nobody is woken").isEqualTo(last.changes());
  }

  @Test
  void whoWaitsForAChangeIsWoken() throws Exception {
    for (int round = 0; round < 2_000; round++) {
      LiveView.Frame last = view.after(null);
      CompletableFuture<Void> woken = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(() -> {
            try {
              view.awaitChangeAfter(last, Duration.ofSeconds(10));
              woken.complete(null);
            } catch (InterruptedException e) {
              woken.completeExceptionally(e);
            }
          });
      begin("/").happens(ENDED);
      woken.get(30, TimeUnit.SECONDS);
    }
  }
}
