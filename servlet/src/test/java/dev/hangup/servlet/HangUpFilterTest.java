package dev.hangup.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelPolicy;
import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.Observability;
import dev.hangup.testkit.CancellationContract.Running;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.Protocol;
import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.Trail;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What happens to a servlet under the filter, and what its container makes of it.
class HangUpFilterTest {
  private final Trail trail = new Trail();

  private HangUpOptions listened(HangUpOptions options) {
    return options.withStopListener(
        stop -> trail.add(stop.work() + " stopped " + stop.report().reason().code()));
  }

  private void leave(Served served, String method, Leaving leaving) throws Exception {
    RawClient client = served.connect().request(method, "/report");
    trail.await("arrived");
    client.leave(leaving);
  }

  /// Waits until its thread is interrupted.
  private void block() throws InterruptedException {
    trail.add("arrived");
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      trail.add("interrupted");
      throw e;
    }
  }

  @ParameterizedTest
  @EnumSource
  void blockedGetIsInterruptedAndLoggedAs499(Engine engine) throws Exception {
    try (Served served = Served.start(engine, this::listened, (_, _) -> block())) {
      leave(served, "GET", new Leaving.Close());
      trail.await("interrupted");
      trail.await("GET /report stopped client_closed");
      assertThat(served.nextAccess()).isEqualTo("GET /report 499");
    }
  }

  @ParameterizedTest
  @EnumSource
  void virtualThreadIsInterruptedToo(Engine engine) throws Exception {
    Served.Handling handling =
        (_, _) -> {
          trail.add("virtual " + Thread.currentThread().isVirtual());
          block();
        };
    Setup setup = Setup.PLAIN.withVirtualThreads();
    try (Served served = Served.start(engine, setup, this::listened, handling)) {
      leave(served, "GET", new Leaving.Reset());
      trail.await("GET /report stopped client_reset");
      assertThat(trail.events()).contains("virtual true", "interrupted");
      assertThat(served.nextAccess()).isEqualTo("GET /report 499");
    }
  }

  @ParameterizedTest
  @EnumSource
  void postRunsToItsEnd(Engine engine) throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    Served.Handling handling =
        (_, response) -> {
          Cancellation.current().onCancel(reason -> trail.add("told " + reason));
          trail.add("arrived");
          boolean told = gone.await(1_500, TimeUnit.MILLISECONDS); // longer than the patience
          response.getWriter().println("done " + told);
          trail.add("done, cancelled " + Cancellation.current().isCancelled());
        };
    try (Served served = Served.start(engine, this::listened, handling)) {
      leave(served, "POST", new Leaving.Close());
      trail.await("POST /report stopped client_closed");
      assertThat(trail.events())
          .containsExactly(
              "arrived", "done, cancelled false", "POST /report stopped client_closed");
      assertThat(served.nextAccess()).isEqualTo("POST /report 200");
    }
  }

  @ParameterizedTest
  @EnumSource
  void signalTellsAndDoesNotInterrupt(Engine engine) throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    Served.Handling handling =
        (_, _) -> {
          CompletableFuture<CancelReason> told = new CompletableFuture<>();
          Cancellation.current().onCancel(told::complete);
          trail.add("arrived");
          String reason = told.get().code();
          trail.add(reason + " " + gone.await(600, TimeUnit.MILLISECONDS)); // longer than the grace
          Cancellation.current().check();
        };
    UnaryOperator<HangUpOptions> signal =
        o -> listened(o).withPolicy(_ -> CancelPolicy.SIGNAL).withGrace(Duration.ofMillis(250));
    try (Served served = Served.start(engine, signal, handling)) {
      leave(served, "GET", new Leaving.Close());
      trail.await("client_closed false");
      trail.await("GET /report stopped client_closed");
      assertThat(served.nextAccess()).isEqualTo("GET /report 499");
      served.forgetStraggler();
    }
  }

  @ParameterizedTest
  @EnumSource
  void frameworkChangesPolicyBeforeHandlerRuns(Engine engine) throws Exception {
    Served.Handling handling =
        (request, _) -> {
          ServletWork work = ServletWork.of(request).orElseThrow();
          trail.add(work.policy() + ", " + work.observability());
          work.changePolicy(CancelPolicy.INTERRUPT);
          block();
        };
    try (Served served = Served.start(engine, this::listened, handling)) {
      leave(served, "POST", new Leaving.Close());
      trail.await("interrupted");
      trail.await("POST /report stopped client_closed");
      assertThat(trail.events()).contains(CancelPolicy.FINISH + ", " + Observability.FULL);
    }
  }

  @ParameterizedTest
  @EnumSource
  void failureAfterTheHangUpIsNobodys(Engine engine) throws Exception {
    Served.Handling handling =
        (_, _) -> {
          try {
            block();
          } catch (InterruptedException e) {
            throw new IllegalStateException("as frameworks wrap it", e);
          }
        };
    try (Served served = Served.start(engine, this::listened, handling)) {
      leave(served, "GET", new Leaving.Close());
      trail.await("GET /report stopped client_closed");
      assertThat(served.nextAccess()).isEqualTo("GET /report 499");
    } // nothing was logged
  }

  @ParameterizedTest
  @EnumSource
  void requestWithoutTimeLeftIsAnsweredWithoutServlet(Engine engine) throws Exception {
    Served.Handling handling = (_, _) -> trail.add("arrived");
    try (Served served = Served.start(engine, handling);
        RawClient client = served.connect()) {
      client.send("GET /report HTTP/1.1\r\nHost: test\r\nRequest-Timeout: 0\r\n\r\n");
      assertThat(client.readHead()).startsWith("HTTP/1.1 504");
      assertThat(served.nextAccess()).isEqualTo("GET /report 504");
      assertThat(trail.events()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void deadlineStopsServletAndIsAnswered(Engine engine) throws Exception {
    Served.Handling handling =
        (request, response) -> {
          if (request.getRequestURI().equals("/next")) {
            response.setContentLength(4);
            response.getWriter().print("next");
            return;
          }
          response.setContentLength(100);
          response.getWriter().print("a beginning");
          block();
        };
    try (Served served = Served.start(engine, this::listened, handling);
        RawClient client = served.connect()) {
      client.send("GET /report HTTP/1.1\r\nHost: test\r\nRequest-Timeout: 1\r\n\r\n");
      String answer = client.readResponse();
      assertThat(answer).startsWith("HTTP/1.1 504").doesNotContain("a beginning");
      trail.await("GET /report stopped deadline_exceeded");
      assertThat(served.nextAccess()).isEqualTo("GET /report 504");
      assertThat(served.connect().request("GET", "/next").readResponse()).endsWith("next");
    }
  }

  @ParameterizedTest
  @EnumSource
  void failedWriteIsHangUp(Engine engine) throws Exception {
    UnaryOperator<HangUpOptions> late =
        options -> listened(options).withPatience(Duration.ofMinutes(1));
    Served.Handling handling =
        (_, response) -> {
          trail.add("arrived");
          try {
            while (true) {
              response.getOutputStream().write(new byte[16 << 10]);
            }
          } catch (IOException e) {
            trail.add("cancelled " + Cancellation.current().isCancelled());
            throw e;
          }
        };
    try (Served served = Served.start(engine, late, handling)) {
      leave(served, "GET", new Leaving.Reset());
      trail.await("GET /report stopped write_failed");
      assertThat(trail.events()).contains("cancelled true");
    }
  }

  @ParameterizedTest
  @EnumSource
  void forwardsAndIncludesAreTheSameWork(Engine engine) throws Exception {
    Served.Handling handling =
        (request, response) -> {
          trail.add(request.getDispatcherType() + " " + isOf(request));
          if (request.getDispatcherType().name().equals("REQUEST")) {
            request.getRequestDispatcher("/inner").include(request, response);
            request.getRequestDispatcher("/inner").forward(request, response);
          }
        };
    try (Served served = Served.start(engine, handling);
        RawClient client = served.connect().request("GET", "/report")) {
      assertThat(client.readHead()).startsWith("HTTP/1.1 200");
      assertThat(trail.events()).containsExactly("REQUEST true", "INCLUDE true", "FORWARD true");
      assertThat(served.nextAccess()).isEqualTo("GET /report 200");
    }
  }

  /// Whether the current work is the request's.
  private static boolean isOf(HttpServletRequest request) {
    return ServletWork.of(request)
        .filter(work -> work.cancellation() == Cancellation.current())
        .isPresent();
  }

  @ParameterizedTest
  @EnumSource
  void watchOfTheFiltersOwnEndsWithItsContainer(Engine engine) throws Exception {
    HangUpFilter filter = HangUpFilter.create(o -> o.withPatience(Duration.ofMillis(3)));
    Container container = engine.container(Setup.PLAIN);
    Servlet servlet = new ContractServlet(Map.of("/", _ -> {}));
    Running running = container.start(servlet, filter, Protocol.HTTP1);
    try (AutoCloseable _ = running.stop();
        RawClient client = RawClient.connect(running.address()).request("GET", "/")) {
      assertThat(client.readHead()).startsWith("HTTP/1.1 200");
      assertThat(filter.observability()).isEqualTo(Observability.FULL);
    }
    assertThat(filter.observability()).isEqualTo(Observability.WRITE_ONLY);
  }

  @ParameterizedTest
  @EnumSource
  void cancelOfAnotherWorkIsNotTakenForHangUp(Engine engine) throws Exception {
    Served.Handling handling =
        (_, response) -> {
          try {
            throw new CancelledException(new CancelReason.Application("another"));
          } catch (CancelledException e) {
            response.sendError(503, e.reason().code());
          }
        };
    try (Served served = Served.start(engine, this::listened, handling);
        RawClient client = served.connect().request("GET", "/report")) {
      assertThat(client.readHead()).startsWith("HTTP/1.1 503");
      assertThat(trail.events()).isEmpty();
    }
  }
}
