package dev.hangup.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.CancellationContract.Running;
import dev.hangup.testkit.Protocol;
import dev.hangup.testkit.RawClient;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/// A servlet behind the filter in a container, and all that it logs. Its end looks that nothing was
/// logged at WARNING or above. The grace is long, so that a slow machine makes no stragglers of
/// those that do nothing wrong.
final class Served implements AutoCloseable {
  private final BlockingQueue<String> accessLog = new LinkedBlockingQueue<>();
  private final Logs logs = new Logs();
  private final Running running;

  private Served(
      Engine engine, Setup setup, UnaryOperator<HangUpOptions> options, Handling handling)
      throws Exception {
    Container container = engine.container(setup.withAccessLog(accessLog::add));
    HangUpFilter filter =
        HangUpFilter.create(o -> options.apply(o.withGrace(Duration.ofSeconds(2))));
    running = container.start(new HandlingServlet(handling), filter, Protocol.HTTP1);
  }

  static Served start(
      Engine engine, Setup setup, UnaryOperator<HangUpOptions> options, Handling handling)
      throws Exception {
    return new Served(engine, setup, options, handling);
  }

  static Served start(Engine engine, UnaryOperator<HangUpOptions> options, Handling handling)
      throws Exception {
    return start(engine, Setup.PLAIN, options, handling);
  }

  static Served start(Engine engine, Handling handling) throws Exception {
    return start(engine, UnaryOperator.identity(), handling);
  }

  InetSocketAddress address() {
    return running.address();
  }

  RawClient connect() throws IOException {
    return RawClient.connect(address());
  }

  /// The next line of the access log, such as `GET /report 499`.
  String nextAccess() throws InterruptedException {
    return String.valueOf(accessLog.poll(30, TimeUnit.SECONDS));
  }

  /// For a test that ends in one.
  void forgetStraggler() {
    while (logs.alarms().isEmpty()) {
      LockSupport.parkNanos(1_000_000); // it is reported by a thread of its own
    }
    logs.clear();
  }

  @Override
  public void close() {
    try {
      running.stop().close();
    } catch (Exception e) {
      throw new AssertionError("the container did not stop", e);
    } finally {
      logs.close();
    }
    assertThat(logs.alarms()).isEmpty();
  }

  /// What a servlet does.
  @FunctionalInterface
  interface Handling {
    void handle(HttpServletRequest request, HttpServletResponse response) throws Exception;
  }

  private static final class HandlingServlet extends HttpServlet {
    @Serial private static final long serialVersionUID = 1L;

    private final transient Handling handling;

    HandlingServlet(Handling handling) {
      this.handling = handling;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      try {
        handling.handle(request, response);
      } catch (IOException | ServletException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new ServletException(e);
      }
    }
  }
}
