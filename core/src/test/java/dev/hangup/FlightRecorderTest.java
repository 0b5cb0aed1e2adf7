package dev.hangup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;

class FlightRecorderTest {
  @Test
  void stopsAndStragglersAreRecorded() throws Exception {
    List<RecordedEvent> events = new CopyOnWriteArrayList<>();
    try (RecordingStream recording = new RecordingStream()) {
      recording.enable("dev.hangup.Cancelled");
      recording.enable("dev.hangup.Straggler");
      recording.setReuse(false);
      recording.onEvent(events::add);
      CountDownLatch started = new CountDownLatch(1);
      recording.onFlush(started::countDown);
      recording.startAsync();
      started.await();
      stopDeafWork();
      Await.until(
          () -> events.stream().map(e -> e.getEventType().getName()).distinct().count() == 2);
    }
    RecordedEvent straggler = named(events, "dev.hangup.Straggler").getFirst();
    assertThat(straggler.getString("work")).isEqualTo("GET /deaf");
    assertThat(straggler.getString("straggler")).isEqualTo("deaf");
    assertThat(straggler.getString("stack")).contains("FlightRecorderTest");
    assertThat(straggler.getDuration("after")).isGreaterThanOrEqualTo(Duration.ofMillis(20));
    RecordedEvent cancelled = named(events, "dev.hangup.Cancelled").getFirst();
    assertThat(cancelled.getString("work")).isEqualTo("GET /deaf");
    assertThat(cancelled.getString("reason")).isEqualTo("client_closed");
    assertThat(cancelled.getInt("interrupts")).isEqualTo(1);
    assertThat(cancelled.getInt("aborts")).isZero();
    assertThat(cancelled.getInt("refires")).isZero();
    assertThat(cancelled.getInt("stragglers")).isEqualTo(1);
    assertThat(cancelled.getDuration("timeToStop"))
        .isGreaterThan(cancelled.getDuration("timeToSignal"));
  }

  private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
    List<RecordedEvent> found = new ArrayList<>(events);
    found.removeIf(event -> !event.getEventType().getName().equals(name));
    assertThat(found).isNotEmpty();
    return found;
  }

  private static void stopDeafWork() {
    CompletableFuture<Boolean> release = new CompletableFuture<>();
    CountDownLatch entered = new CountDownLatch(1);
    try (CancelScope scope =
        CancelScope.open(o -> o.withName("GET /deaf").withGrace(Duration.ofMillis(20)))) {
      Thread.ofVirtual()
          .name("deaf")
          .start(
              scope
                  .cancellation()
                  .wrap(
                      (Runnable)
                          () -> {
                            entered.countDown();
                            Await.until(release::isDone);
                          }));
      CancelScopeTest.awaitQuietly(entered);
      scope.cancel(new CancelReason.ClientClosed());
      Await.until(() -> ((Work) scope.cancellation()).stop().stragglersSoFar() == 1);
      release.complete(true);
    }
  }
}
