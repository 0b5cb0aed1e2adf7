package dev.hangup.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelPolicy;
import dev.hangup.Cancellation;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.Trail;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Work that goes on after its servlet has returned.
class AsyncTest {
  private final Trail trail = new Trail();
  private final ExecutorService pool =
      Executors.newFixedThreadPool(
          2, Thread.ofPlatform().inheritInheritableThreadLocals(false).factory());

  @AfterEach
  void stopPool() {
    pool.shutdownNow();
  }

  private HangUpOptions listened(HangUpOptions options) {
    return options.withStopListener(
        stop -> trail.add(stop.work() + " stopped " + stop.report().reason().code()));
  }

  private static Cancellation cancellation(HttpServletRequest request) {
    return ServletWork.of(request).orElseThrow().cancellation();
  }

  /// Waits until its thread is interrupted.
  private void block() {
    trail.add("arrived");
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      trail.add("interrupted");
    }
  }

  private void leave(Served served, String method) throws Exception {
    RawClient client = served.connect().request(method, "/report");
    trail.await("arrived");
    client.leave(new Leaving.Close());
  }

  /// Its patience is so long that nothing but the write tells.
  @ParameterizedTest
  @EnumSource
  void failedWriteThroughTheContextsOwnResponseIsAHangUp(Engine engine) throws Exception {
    Served.Handling handling =
        (request, _) -> {
          request.startAsync();
          AsyncContext async = request.getAsyncContext();
          Cancellation work = cancellation(request); // the request may be another's soon
          pool.execute(() -> {
            trail.add("arrived");
            try {
              ServletOutputStream out = async.getResponse().getOutputStream();
              while (true) {
                out.write(new byte[8192]);
              }
            } catch (IOException e) {
              trail.add("failed, cancelled: " + work.isCancelled());
              async.complete();
            }
          });
        };
    UnaryOperator<HangUpOptions> patient = o -> listened(o).withPatience(Duration.ofMinutes(1));
    try (Served served = Served.start(engine, patient, handling)) {
      leave(served, "GET");
      trail.await("failed, cancelled: true"); // whoever has heard of it first
    }
  }

  @ParameterizedTest
  @EnumSource
  void failedWriteAfterADispatchIsAHangUp(Engine engine) throws Exception {
    Served.Handling handling =
        (request, response) -> {
          if (request.getAttribute("dispatched") == null) {
            request.setAttribute("dispatched", true);
            request.startAsync().dispatch();
            return;
          }
          trail.add("arrived");
          while (true) {
            response.getOutputStream().write(new byte[8192]);
          }
        };
    UnaryOperator<HangUpOptions> patient = o -> listened(o).withPatience(Duration.ofMinutes(1));
    try (Served served = Served.start(engine, patient, handling)) {
      leave(served, "GET");
      trail.await("GET /report stopped write_failed");
    }
  }

  @ParameterizedTest
  @EnumSource
  void hangUpInterruptsWrappedTaskOfAPool(Engine engine) throws Exception {
    Served.Handling handling =
        (request, _) -> {
          AsyncContext async = request.startAsync();
          pool.execute(
              cancellation(request)
                  .wrap(() -> {
                    block();
                    async.complete();
                    trail.add("flag " + Thread.currentThread().isInterrupted());
                  }));
        };
    try (Served served = Served.start(engine, this::listened, handling)) {
      leave(served, "GET");
      trail.await("interrupted");
      trail.await("GET /report stopped client_closed");
      trail.await("flag false");
      assertThat(served.nextAccess()).startsWith("GET /report ");
    }
  }

  @ParameterizedTest
  @EnumSource
  void hangUpTellsWhoHasNoThread(Engine engine) throws Exception {
    Served.Handling handling =
        (request, _) -> {
          AsyncContext async = request.startAsync();
          cancellation(request)
              .onCancel(reason -> {
                trail.add("told " + reason.code());
                async.complete();
              });
          trail.add("arrived");
        };
    try (Served served = Served.start(engine, this::listened, handling)) {
      leave(served, "GET");
      trail.await("told client_closed");
      trail.await("GET /report stopped client_closed");
      assertThat(served.nextAccess()).startsWith("GET /report ");
    }
  }

  @ParameterizedTest
  @EnumSource
  void startOfTheContextCarriesWork(Engine engine) throws Exception {
    Served.Handling handling =
        (request, _) -> {
          AsyncContext async = request.startAsync();
          async.start(
              cancellation(request)
                  .wrap(() -> {
                    block();
                    async.complete();
                  }));
        };
    try (Served served = Served.start(engine, this::listened, handling)) {
      leave(served, "GET");
      trail.await("interrupted");
      trail.await("GET /report stopped client_closed");
    }
  }

  @ParameterizedTest
  @EnumSource
  void dispatchGoesOnWithTheSameWork(Engine engine) throws Exception {
    Served.Handling handling =
        (request, response) -> {
          boolean own =
              cancellation(request) == Cancellation.current()
                  && !Cancellation.current().isCancelled();
          trail.add(request.getDispatcherType() + " " + own);
          if (request.getDispatcherType().name().equals("REQUEST")) {
            AsyncContext async = request.startAsync();
            pool.execute(async::dispatch);
          } else {
            response.setContentLength(4);
            response.getWriter().print("done");
          }
        };
    try (Served served = Served.start(engine, this::listened, handling);
        RawClient client = served.connect().request("GET", "/report")) {
      assertThat(client.readResponse()).startsWith("HTTP/1.1 200").endsWith("done");
      assertThat(served.nextAccess()).isEqualTo("GET /report 200");
      assertThat(trail.events()).containsExactly("REQUEST true", "ASYNC true");
    }
  }

  /// It finishes also where a dispatch has to.
  @ParameterizedTest
  @EnumSource
  void postIsDispatchedAfterItsHangUp(Engine engine) throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    Served.Handling handling =
        (request, _) -> {
          if (request.getDispatcherType().name().equals("ASYNC")) {
            trail.add("finished");
            return;
          }
          AsyncContext async = request.startAsync();
          pool.execute(
              cancellation(request)
                  .wrap(() -> {
                    trail.add("arrived");
                    try {
                      trail.add("woken " + gone.await(1_500, TimeUnit.MILLISECONDS));
                    } catch (InterruptedException e) {
                      trail.add("interrupted");
                    }
                    async.dispatch();
                  }));
        };
    try (Served served = Served.start(engine, this::listened, handling)) {
      leave(served, "POST");
      trail.await("POST /report stopped client_closed");
      assertThat(trail.events())
          .containsExactly(
              "arrived", "woken false", "finished", "POST /report stopped client_closed");
    }
  }

  @ParameterizedTest
  @EnumSource
  void timeoutEndsTheWork(Engine engine) throws Exception {
    Served.Handling handling =
        (request, _) -> {
          AsyncContext async = request.startAsync();
          async.setTimeout(100);
          cancellation(request).onCancel(reason -> trail.add("told " + reason.code()));
          pool.execute(cancellation(request).wrap(this::block));
        };
    try (Served served = Served.start(engine, this::listened, handling);
        RawClient client = served.connect().request("GET", "/report")) {
      assertThat(client.readHead()).startsWith("HTTP/1.1 500");
      trail.await("interrupted");
      trail.await("told application");
      assertThat(trail.events()).noneMatch(event -> event.contains("stopped"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void contextThatIsStartedAgainIsStillWatched(Engine engine) throws Exception {
    Served.Handling handling =
        (request, _) -> {
          AsyncContext async = request.startAsync();
          if (request.getDispatcherType().name().equals("REQUEST")) {
            pool.execute(async::dispatch);
          } else {
            pool.execute(
                cancellation(request)
                    .wrap(() -> {
                      block();
                      async.complete();
                    }));
          }
        };
    try (Served served = Served.start(engine, this::listened, handling)) {
      leave(served, "GET");
      trail.await("interrupted");
      trail.await("GET /report stopped client_closed");
    }
  }

  /// A task that says that the request is over may still return in peace.
  @ParameterizedTest
  @EnumSource
  void completionDoesNotInterruptWhoCompletes(Engine engine) throws Exception {
    Served.Handling handling =
        (request, _) -> {
          AsyncContext async = request.startAsync();
          CountDownLatch over = new CountDownLatch(1);
          pool.execute(
              cancellation(request)
                  .wrap(() -> {
                    async.complete();
                    try {
                      trail.add("woken " + over.await(100, TimeUnit.MILLISECONDS));
                    } catch (InterruptedException e) {
                      trail.add("interrupted");
                    }
                  }));
        };
    UnaryOperator<HangUpOptions> patient = o -> o.withGrace(Duration.ofSeconds(2));
    try (Served served = Served.start(engine, patient, handling);
        RawClient client = served.connect().request("GET", "/report")) {
      assertThat(client.readHead()).startsWith("HTTP/1.1 200");
      trail.await("woken false");
      assertThat(trail.events()).containsExactly("woken false");
    }
  }

  @ParameterizedTest
  @EnumSource
  void completionsThatRaceTheServletsReturnAllEndTheirWork(Engine engine) throws Exception {
    List<ServletWork> works = Collections.synchronizedList(new ArrayList<>());
    Served.Handling handling =
        (request, response) -> {
          response.setContentLength(0);
          works.add(ServletWork.of(request).orElseThrow());
          AsyncContext async = request.startAsync();
          pool.execute(async::complete);
        };
    try (Served served = Served.start(engine, this::listened, handling);
        RawClient client = served.connect()) {
      for (int round = 0; round < 2_000; round++) {
        assertThat(client.request("GET", "/report").readHead()).startsWith("HTTP/1.1 200");
      }
    }
    assertThat(works).hasSize(2_000).allMatch(ServletWork::isClosed);
  }

  /// Non-blocking output passes through.
  @ParameterizedTest
  @EnumSource
  void writeListenerWrites(Engine engine) throws Exception {
    Served.Handling handling =
        (request, response) -> {
          AsyncContext async = request.startAsync(request, response);
          response.setContentLength(1 << 20);
          ServletOutputStream out = response.getOutputStream();
          out.setWriteListener(new Writer(out, async));
        };
    try (Served served = Served.start(engine, this::listened, handling);
        RawClient client = served.connect().request("GET", "/report")) {
      assertThat(client.readResponse()).startsWith("HTTP/1.1 200").hasSizeGreaterThan(1 << 20);
      assertThat(served.nextAccess()).isEqualTo("GET /report 200");
    }
  }

  private static final class Writer implements WriteListener {
    private final ServletOutputStream out;
    private final AsyncContext async;
    private int left = 1 << 20;

    Writer(ServletOutputStream out, AsyncContext async) {
      this.out = out;
      this.async = async;
    }

    @Override
    public void onWritePossible() throws IOException {
      while (out.isReady()) {
        if (left == 0) {
          async.complete();
          return;
        }
        out.write(new byte[1 << 10]);
        left -= 1 << 10;
      }
    }

    @Override
    public void onError(Throwable failure) {
      async.complete();
    }
  }

  @ParameterizedTest
  @EnumSource
  void policyCountsForAsyncWorkToo(Engine engine) throws Exception {
    Served.Handling handling =
        (request, _) -> {
          AsyncContext async = request.startAsync();
          async.addListener(new Completed());
          cancellation(request).onCancel(reason -> trail.add("told " + reason.code()));
          pool.execute(
              cancellation(request)
                  .wrap(() -> {
                    trail.add("arrived");
                    while (!Cancellation.current().isCancelled()) {
                      Thread.onSpinWait();
                    }
                    trail.add("flag " + Thread.currentThread().isInterrupted());
                    async.complete();
                  }));
        };
    UnaryOperator<HangUpOptions> signal = o -> listened(o).withPolicy(_ -> CancelPolicy.SIGNAL);
    try (Served served = Served.start(engine, signal, handling)) {
      leave(served, "GET");
      trail.await("told client_closed");
      trail.await("flag false");
      trail.await("completed");
    }
  }

  private final class Completed implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
      trail.add("completed");
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      trail.add("timeout");
    }

    @Override
    public void onError(AsyncEvent event) {
      trail.add("error");
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
      trail.add("started again");
    }
  }
}
