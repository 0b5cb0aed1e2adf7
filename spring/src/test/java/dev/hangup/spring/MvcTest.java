package dev.hangup.spring;

import static dev.hangup.spring.Service.SEEN;
import static dev.hangup.spring.Service.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelPolicy;
import dev.hangup.CancelReason;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableAsync;

/// Spring MVC by real HTTP: each kind of controller, and a client that hangs up on it.
@ParameterizedClass
@CsvSource({"TOMCAT, false", "TOMCAT, true", "JETTY, false"})
class MvcTest {
  private static final CancelReason CLOSED = new CancelReason.ClientClosed();
  private static @Nullable Application application;
  private final ErrorLog log = ErrorLog.open();

  MvcTest(Application.Engine engine, boolean virtualThreads) {}

  @EnableAsync
  @Import({
    Service.class,
    Controllers.Plain.class,
    Controllers.Asynchronous.class,
    Controllers.Advice.class
  })
  static class Everything {}

  @BeforeParameterizedClassInvocation
  static void start(Application.Engine engine, boolean virtualThreads) {
    application =
        Application.start(
            engine,
            List.of(Everything.class),
            "spring.threads.virtual.enabled=" + virtualThreads,
            "management.endpoints.web.exposure.include=hangups");
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    application().close();
  }

  private static Application application() {
    return Objects.requireNonNull(application);
  }

  @BeforeEach
  void forget() {
    SEEN.clear();
  }

  @AfterEach
  void nothingWasLoggedAsAnError() {
    log.close();
    assertThat(log.lines()).isEmpty();
    assertThat(SEEN).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /get/1",
        "POST /cancellable",
        "GET /argument",
        "GET /wrapping",
        "GET /callable",
        "GET /task",
        "GET /stream",
        "POST /stream-entity",
        "GET /async"
      })
  void hangUpStops(String request) throws Exception {
    hangUp(request);

    assertThat(next()).isEqualTo(CLOSED);
    HangUp listed = listed(request);
    assertThat(listed.reason()).isEqualTo("client_closed");
    assertThat(listed.policy()).isEqualTo(CancelPolicy.INTERRUPT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST /post", "GET /uncancellable"})
  void hangUpLetsFinish(String request) throws Exception {
    hangUp(request);

    assertThat(next()).isEqualTo("finished, cancelled: false");
    assertThat(listed(request).policy()).isEqualTo(CancelPolicy.FINISH);
  }

  @Test
  void hangUpEndsDeferredResultAsAFailedConnectionDoes() throws Exception {
    hangUp("GET /deferred");

    assertThat(next()).asString().contains("disconnected client");
    assertThat(next()).isEqualTo("completed");
  }

  @Test
  void hangUpCompletesSseEmitterHoweverEarlyItComes() throws Exception {
    for (int i = 0; i < 50; i++) {
      hangUp("POST /sse");
      assertThat(next()).isEqualTo("completed");
    }
  }

  @Test
  void asyncTaskThatOutlivesItsRequestGoesOn() throws Exception {
    RawClient client = RawClient.connect(application().address()).request("GET", "/after");
    assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
    client.skip(1);
    client.request("GET", "/ping").readHead(); // by now the first request is over
    client.leave(new Leaving.Close());

    assertThat(List.of(next(), next())).containsExactlyInAnyOrder("answering", "arrived");
    assertThat(next()).isEqualTo("finished, cancelled: false");
  }

  @Test
  void failureWithoutACancelGoesToTheApplicationsHandler() throws Exception {
    try (RawClient client = RawClient.connect(application().address())) {
      assertThat(client.request("GET", "/failing").readHead()).startsWith("HTTP/1.1 200 ");
    }
    assertThat(next()).isEqualTo("handler: report failed");
  }

  @Test
  void expiredDeadlineIsAnsweredFor() throws Exception {
    try (RawClient client = RawClient.connect(application().address())) {
      client.send("GET /get/1 HTTP/1.1\r\nHost: test\r\nRequest-Timeout: 1\r\n\r\n");

      assertThat(client.readHead()).startsWith("HTTP/1.1 504 ");
    }
    assertThat(next()).isEqualTo("arrived");
    assertThat(next()).isInstanceOf(CancelReason.DeadlineExceeded.class);
  }

  @Test
  void endpointListsWhatWasHungUpOn() throws Exception {
    hangUp("GET /get/7");
    next();
    listed("GET /get/7");

    try (RawClient client = RawClient.connect(application().address())) {
      client.send("GET /actuator/hangups HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
      assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
      assertThat(client.readAll())
          .contains(
              "\"route\":\"/get/{id}\"", "\"reason\":\"client_closed\"", "\"timeToStop\":\"PT0.");
    }
  }

  @Test
  void requestsThatCompleteAreNeverTold() throws Exception {
    try (RawClient client = RawClient.connect(application().address())) {
      for (int i = 0; i < 99; i++) {
        assertThat(client.request("GET", "/answer").readHead()).startsWith("HTTP/1.1 200 ");
        client.skip(1);
      }
      client.request("GET", "/ping").readHead(); // by now the others are over
    }
  }

  private static void hangUp(String request) throws Exception {
    RawClient client = RawClient.connect(application().address());
    client.send(request + " HTTP/1.1\r\nHost: test\r\n\r\n");
    assertThat(next()).isEqualTo("arrived");
    client.leave(new Leaving.Close());
  }

  /// The newest hang-up, when it is of that request.
  private static HangUp listed(String request) throws Exception {
    HangUps hangUps = application().context().getBean(HangUps.class);
    String path = request.substring(request.indexOf('/'));
    String start = path.substring(0, path.length() - 1);
    return Poll.until(
            hangUps::last,
            last -> !last.isEmpty() && ("" + last.getFirst().route()).startsWith(start))
        .getFirst();
  }
}
