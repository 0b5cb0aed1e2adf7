package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.CancelledException;
import dev.hangup.server.Server;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventsTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final ByteArrayOutputStream traced = new ByteArrayOutputStream();
  private final Events events =
      new Events(new PrintStream(printed, true, StandardCharsets.UTF_8), traced);

  private List<TracedEvent> trace() {
    return traced.toString(StandardCharsets.UTF_8).lines().map(TracedEvent::parse).toList();
  }

  private List<String> lines() {
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void eventBecomesOneLineOfJson() {
    Instant at = Instant.ofEpochSecond(1_763_650_413L, 123_456);
    assertThat(new Event("a\"\n", "told", at, null, "client_closed").toJson())
        .isEqualTo(
            "{\"id\":\"a\\\"\\n\",\"event\":\"told\",\"at\":1763650413000123,\"reason\":\"client_closed\"}");
    assertThat(new Event("7", "working", at, 3L, null).toJson())
        .isEqualTo("{\"id\":\"7\",\"event\":\"working\",\"at\":1763650413000123,\"n\":3}");
  }

  @Test
  void cancelledWorkIsToldBeforeItIsStopped() {
    try (CancelScope scope = CancelScope.open()) {
      assertThatExceptionOfType(CancelledException.class)
          .isThrownBy(() -> scope.call(() -> cancelAndTell(scope, new CancelReason.ClientReset())));
    }
    assertThat(trace())
        .extracting(TracedEvent::event, TracedEvent::reason)
        .containsExactly(
            tuple("started", ""), tuple("told", "client_reset"), tuple("stopped", "client_reset"));
    assertThat(lines()).containsExactly("Client has disconnected. Stopping task. 3");
  }

  @Test
  void clientIsNotBlamedForWhatItDidNotDo() {
    try (CancelScope scope = CancelScope.open()) {
      assertThatExceptionOfType(CancelledException.class)
          .isThrownBy(
              () -> scope.call(() -> cancelAndTell(scope, new CancelReason.ServerStopping())));
    }
    assertThat(lines()).containsExactly("The server stops. Stopping task. 3");
  }

  private Void cancelAndTell(CancelScope scope, CancelReason reason) {
    Story story = Story.begin(events, "1");
    scope.cancel(reason);
    story.stopped(3, "Stopping task. 3");
    throw new CancelledException(reason);
  }

  @Test
  void linesOfManyThreadsAreWhole() {
    IntStream.range(0, 1000)
        .parallel()
        .forEach(i -> events.trace(new Event("id-" + i, "working", Instant.now(), (long) i, null)));

    assertThat(trace()).hasSize(1000).extracting(TracedEvent::n).doesNotHaveDuplicates();
  }

  @Test
  void traceIsContinued(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("trace.jsonl");
    Files.writeString(file, "{}\n");
    try (Events continued = Events.open(new PrintStream(printed), file)) {
      continued.trace(new Event("1", "started", Instant.EPOCH, null, null));
    }
    assertThat(file).content().isEqualTo("{}\n{\"id\":\"1\",\"event\":\"started\",\"at\":0}\n");
  }

  @Test
  void interruptLeavesTheTraceOpen(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("trace.jsonl");
    try (Events interrupted = Events.open(new PrintStream(printed), file)) {
      Thread.currentThread().interrupt();
      interrupted.trace(new Event("1", "stopped", Instant.EPOCH, null, null));
      assertThat(Thread.interrupted()).isTrue();
      interrupted.trace(new Event("2", "started", Instant.EPOCH, null, null));
    }
    assertThat(file).content().hasLineCount(2);
  }

  @Test
  void saneRequestIdIsKept() throws Exception {
    assertThat(idFor("trace-7.A_b")).isEqualTo("trace-7.A_b");
    assertThat(trace()).extracting(TracedEvent::id).containsOnly("trace-7.A_b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "\"", "é", "a;b"})
  void oddRequestIdIsReplaced(String odd) throws Exception {
    assertThat(idFor(odd)).matches("[0-9a-f-]{36}");
  }

  @Test
  void longRequestIdIsReplaced() throws Exception {
    assertThat(idFor("a".repeat(65))).matches("[0-9a-f-]{36}");
  }

  private String idFor(String id) throws Exception {
    try (Server server = Server.start(new SlowWork(events), options -> options.withPort(0));
        HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + server.port() + "/?steps=1&ms=0");
      HttpRequest request = HttpRequest.newBuilder(uri).header("X-Request-Id", id).build();
      return client
          .send(request, HttpResponse.BodyHandlers.discarding())
          .headers()
          .firstValue("X-Request-Id")
          .orElseThrow();
    }
  }
}
