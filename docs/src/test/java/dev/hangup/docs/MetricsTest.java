package dev.hangup.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.CancelReport;
import dev.hangup.RequestEvent;
import dev.hangup.RequestHead;
import dev.hangup.RequestObserver.Observed;
import dev.hangup.observe.RequestMeters;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// docs/reference/metrics.md lists the meters that there are.
class MetricsTest {
  @Test
  void tableHasEveryMeter() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    CancelReason reason = new CancelReason.ClientClosed();
    Observed request =
        RequestMeters.in(registry).begins(RequestHead.of("GET", "/", "HTTP/1.1", "127.0.0.1"));
    request.happens(new RequestEvent.Cancelled(reason));
    request.happens(
        new RequestEvent.Stopped(
            new CancelReport(reason, Duration.ZERO, Duration.ZERO, 0, 0, 0, List.of())));
    request.happens(new RequestEvent.Ended(OptionalInt.empty()));

    assertThat(Table.rows("docs/reference/metrics.md", "Meters"))
        .as("docs/reference/metrics.md, the table under Meters")
        .containsExactlyInAnyOrderElementsOf(
            registry.getMeters().stream()
                .map(Meter::getId)
                .filter(id -> id.getDescription() != null) // a histogram's own gauges have none
                .map(MetricsTest::row)
                .collect(Collectors.toSet()));
  }

  private static String row(Meter.Id id) {
    String tags =
        id.getTags().stream()
            .map(Tag::getKey)
            .map(key -> "`" + key + "`")
            .collect(Collectors.joining(", "));
    return Table.row(
        "`" + id.getName() + "`",
        id.getType().toString().toLowerCase(Locale.ROOT),
        tags,
        id.getDescription());
  }
}
