package dev.hangup.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.Trail;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A container that believes X-Forwarded-For, and so gives addresses that no socket has.
class ForwardedTest {
  private static final String HEAD =
      """
      GET %s HTTP/1.1\r
      Host: test\r
      X-Forwarded-For: 192.0.2.7\r
      X-Forwarded-Proto: https\r
      X-Forwarded-Port: 443\r
      \r
      """;
  private final Trail trail = new Trail();

  @ParameterizedTest
  @EnumSource
  void realSocketIsFound(Engine engine) throws Exception {
    Served.Handling handling =
        (request, _) -> {
          trail.add(request.getRemoteAddr() + " " + ServletWork.of(request).get().observability());
          trail.add("arrived");
          new CountDownLatch(1).await();
        };
    Setup setup = Setup.PLAIN.withForwarded();
    HangUpStops stops = new HangUpStops();
    try (Served served = Served.start(engine, setup, stops::heard, handling)) {
      RawClient client = served.connect().send(HEAD.formatted("/report"));
      trail.await("arrived");
      client.leave(new Leaving.Close());
      stops.await("GET /report client_closed");
      assertThat(trail.events()).contains("192.0.2.7 FULL");
    }
  }

  /// Nobody is taken for gone because his address is not to be found.
  @ParameterizedTest
  @EnumSource
  void requestsThatCompleteAreNotTold(Engine engine) throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Served.Handling handling =
        (_, response) -> {
          response.setContentLength(4);
          boolean told = never.await(30, java.util.concurrent.TimeUnit.MILLISECONDS); // > patience
          response.getWriter().print(told ? "told" : "good");
        };
    Setup setup = Setup.PLAIN.withForwarded();
    HangUpStops stops = new HangUpStops();
    try (Served served = Served.start(engine, setup, stops::heard, handling);
        RawClient client = served.connect()) {
      for (int i = 0; i < 20; i++) {
        assertThat(client.send(HEAD.formatted("/report")).readResponse()).endsWith("good");
      }
      assertThat(stops.all()).isEmpty();
    }
  }
}
