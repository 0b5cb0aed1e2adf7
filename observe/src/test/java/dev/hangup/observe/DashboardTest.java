package dev.hangup.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.CancelReport;
import dev.hangup.RequestEvent;
import dev.hangup.RequestHead;
import dev.hangup.RequestObserver.Observed;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The dashboard for Grafana asks for what there is.
class DashboardTest {
  private static final Path DASHBOARD = Path.of("../docs/dashboards/grafana.json");
  private static final Pattern METRIC = Pattern.compile("\\b(\\w+)\\{|label_values\\((\\w+),");
  private static final Pattern LABEL = Pattern.compile("\\bby \\((\\w+)\\)");

  @Test
  void everyPanelAsksForMetersAndTagsThatThereAre() throws Exception {
    Parsed dashboard = Parsed.of(Files.readString(DASHBOARD));
    List<String> asked =
        strings(dashboard.value())
            .filter(text -> METRIC.matcher(text).find())
            .collect(Collectors.toList());
    String scraped = scrape();

    assertThat(asked).hasSizeGreaterThanOrEqualTo(dashboard.at("panels").size());
    assertThat(all(METRIC, asked)).isSubsetOf(all(Pattern.compile("(?m)^(\\w+)"), scraped));
    assertThat(all(METRIC, asked))
        .as("each meter is shown")
        .containsExactlyInAnyOrder(
            "http_server_cancellations_total",
            "http_server_cancel_time_to_stop_seconds_bucket",
            "http_server_stragglers",
            "http_server_requests_active");
    assertThat(all(LABEL, asked)).isSubsetOf(all(Pattern.compile("[{,](\\w+)=\""), scraped));
  }

  /// Where each meter has a value.
  private static String scrape() {
    CancelReason reason = new CancelReason.ClientClosed();
    Duration time = Duration.ofMillis(3);
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Observed request =
        RequestMeters.in(registry).begins(RequestHead.of("GET", "/", "HTTP/1.1", "127.0.0.1"));
    request.happens(new RequestEvent.Cancelled(reason));
    request.happens(
        new RequestEvent.Stopped(new CancelReport(reason, time, time, 0, 0, 1, List.of())));
    return registry.scrape();
  }

  private static Stream<String> strings(Object json) {
    return switch (json) {
      case String text -> Stream.of(text);
      case Map<?, ?> members -> members.values().stream().flatMap(DashboardTest::strings);
      case List<?> items -> items.stream().flatMap(DashboardTest::strings);
      case null -> Stream.empty();
      default -> throw new AssertionError(json);
    };
  }

  private static Set<String> all(Pattern pattern, List<String> texts) {
    return all(pattern, String.join("\n", texts));
  }

  private static Set<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(DashboardTest::name).collect(Collectors.toSet());
  }

  private static String name(MatchResult found) {
    String first = found.group(1);
    return first == null ? found.group(2) : first;
  }
}
