package dev.hangup.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Import;

/// Calls that a controller makes stop with its request, as the service downstream sees it: whatever
/// client Spring Boot chose, with an adapter of ours or without.
@ParameterizedClass
@CsvSource({"TOMCAT, jdk, true", "TOMCAT, http-components, false", "JETTY, reactor, false"})
class ClientsTest {
  private static @Nullable Downstream downstream;
  private static @Nullable Application application;
  private final ErrorLog log = ErrorLog.open();

  private final boolean isAdapted;

  ClientsTest(Application.Engine engine, String client, boolean virtualThreads) {
    isAdapted = !client.equals("reactor");
  }

  @Import({CallingControllers.Rest.class, CallingControllers.Web.class})
  static class Everything {}

  @BeforeAll
  static void startDownstream() throws Exception {
    downstream = new Downstream();
  }

  @AfterAll
  static void stopDownstream() throws Exception {
    downstream().close();
  }

  @BeforeParameterizedClassInvocation
  static void start(Application.Engine engine, String client, boolean virtualThreads) {
    application =
        Application.start(
            engine,
            List.of(Everything.class),
            "downstream=" + downstream().url(),
            "spring.http.clients.imperative.factory=" + client,
            "spring.threads.virtual.enabled=" + virtualThreads);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    application().close();
  }

  private static Application application() {
    return Objects.requireNonNull(application);
  }

  private static Downstream downstream() {
    return Objects.requireNonNull(downstream);
  }

  private static RawClient get(String path, String fields) throws Exception {
    RawClient client = RawClient.connect(application().address());
    client.send("GET " + path + " HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n");
    return client;
  }

  private void assertNothingWasLogged() {
    log.close();
    assertThat(log.lines()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"client", "template", "posted", "blocked", "mono"})
  void hangUpReachesTheServiceDownstream(String how) throws Exception {
    // A head that comes with the interrupt is dropped by Spring's request: only an adapter has it.
    boolean whenever = isAdapted || how.equals("blocked") || how.equals("mono");
    for (String scene : whenever ? List.of("/silent", "/half", "/drip") : List.of("/silent")) {
      for (int round = 0; round < Integer.getInteger("hangup.rounds", 3); round++) {
        RawClient client = get("/" + how + scene, "");
        Downstream.Call call = downstream().next();
        client.leave(round % 3 == 1 ? new Leaving.Reset() : new Leaving.Close());

        assertThat(call.awaitLeft()).as(how + scene).isTrue();
      }
    }
    assertNothingWasLogged();
  }

  @ParameterizedTest
  @ValueSource(strings = {"client", "blocked", "mono"})
  void deadlineIsPassedOnAndStopsTheCall(String how) throws Exception {
    try (RawClient client = get("/" + how + "/half", "Request-Timeout: 1\r\n")) {
      Downstream.Call call = downstream().next();

      assertThat(call.head()).anyMatch(field -> field.matches("(?i)Request-Timeout: 0\\.\\d{3}"));
      assertThat(call.awaitLeft()).isTrue();
      assertThat(client.readHead()).startsWith("HTTP/1.1 504 ");
    }
    assertNothingWasLogged();
  }

  @ParameterizedTest
  @ValueSource(strings = {"client", "template", "posted", "blocked", "mono"})
  void answersComeThrough(String how) throws Exception {
    try (RawClient client = get("/" + how + "/whole", "Connection: close\r\n")) {
      assertThat(client.readAll()).startsWith("HTTP/1.1 200").contains("whole");
      assertThat(downstream().next().head())
          .noneMatch(field -> field.startsWith("Request-Timeout"));
    }
  }

  @Test
  void callOutsideOfARequestIsLeftAlone() throws Exception {
    CallingControllers.Rest rest = application().context().getBean(CallingControllers.Rest.class);
    assertThat(rest.client("whole")).isEqualTo("whole");
    assertThat(downstream().next().head()).noneMatch(field -> field.startsWith("Request-Timeout"));
  }
}
