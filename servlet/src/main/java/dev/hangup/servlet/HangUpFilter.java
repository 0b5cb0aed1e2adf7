package dev.hangup.servlet;

import dev.hangup.CancelReason;
import dev.hangup.CancelledException;
import dev.hangup.Observability;
import dev.hangup.watch.SocketWatch;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.UnaryOperator;

/// Makes the requests of a servlet container stop when their caller hangs up: put it first in the
/// chain, for all dispatcher types, with async supported.
///
/// {@snippet class="dev.hangup.servlet.SnippetsTest" region="filter"}
///
/// The rest of the chain runs in a [dev.hangup.CancelScope], so that
/// [dev.hangup.Cancellation#current()] is the request's. The scope is cancelled when the client
/// closes or resets its connection, or its stream of HTTP/2, when a write to it fails, and when the
/// time that it gave is over ([dev.hangup.DeadlineFields]). What a hang-up does, the request's
/// [CancelPolicy] says. After `startAsync` the work goes on until the async context is complete;
/// [ServletWork] carries it to other threads.
///
/// | the client | the response |
/// |---|---|
/// | has hung up | status 499 where nothing was sent, for the access log; no error is thrown |
/// | had no time left when the request came | 504, and the chain is not run |
/// | waits no longer, by its deadline | 504 where nothing was sent; else the [CancelledException] is thrown on, so that the container cuts the response |
///
/// **Thread safety**: one filter serves all requests.
///
/// **Limits**: those of [SocketWatch]. Tomcat's and Undertow's resets of one HTTP/2 stream are
/// looked for 20 times a second. A failed write through `getWriter()` is not seen, since writers
/// hide it.
///
/// Source: Jakarta Servlet 6 §2.3.3.3, §6.
public final class HangUpFilter implements Filter {
  private static final int CLIENT_CLOSED_REQUEST = 499;

  private final HangUpOptions options;
  private final SocketWatch watch;

  /// Makes a filter with the defaults, for `web.xml`.
  public HangUpFilter() {
    this(HangUpOptions.DEFAULTS);
  }

  private HangUpFilter(HangUpOptions options) {
    this.options = options;
    this.watch =
        options.patience().equals(HangUpOptions.DEFAULTS.patience())
            ? SocketWatch.shared()
            : SocketWatch.open(o -> o.withPatience(options.patience()));
  }

  /// Makes a filter.
  ///
  /// @param options changes the defaults
  /// @return the filter, to be registered
  public static HangUpFilter create(UnaryOperator<HangUpOptions> options) {
    return new HangUpFilter(options.apply(HangUpOptions.DEFAULTS));
  }

  /// How well it sees connections here and now; [ServletWork#observability()] tells it of a
  /// request.
  ///
  /// @return [Observability#WRITE_ONLY] where the kernel cannot be asked
  public Observability observability() {
    return watch.observability();
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    DispatcherType dispatcher = request.getDispatcherType();
    if (dispatcher == DispatcherType.REQUEST
        && request instanceof HttpServletRequest httpRequest
        && response instanceof HttpServletResponse httpResponse
        && ServletWork.of(request).isEmpty()) {
      begin(httpRequest, httpResponse, chain);
    } else if (dispatcher == DispatcherType.ASYNC && ServletWork.of(request).isPresent()) {
      goOn(ServletWork.of(request).get(), request, response, chain);
    } else {
      chain.doFilter(request, response); // inside the work already, or after it
    }
  }

  private void begin(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    ServletWork work = ServletWork.begin(request, options);
    if (work.isLate()) {
      work.close();
      response.sendError(HttpServletResponse.SC_GATEWAY_TIMEOUT);
      return;
    }
    try {
      work.watch(watch, request);
      goOn(work, new TellingRequest(request, work), new TellingResponse(response, work), chain);
    } finally {
      if (request.isAsyncStarted()) {
        request.getAsyncContext().addListener(new AsyncEnd(work));
      } else {
        work.close();
      }
    }
  }

  private static void goOn(
      ServletWork work, ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    try {
      work.run(() -> chain.doFilter(request, response));
    } catch (CancelledException cancelled) {
      if (!work.isLeft() && !work.cancellation().isCancelled()) {
        throw cancelled; // of another work
      }
      boolean late = cancelled.reason() instanceof CancelReason.DeadlineExceeded;
      if (!response.isCommitted() && response instanceof HttpServletResponse answer) {
        answer.setStatus(late ? HttpServletResponse.SC_GATEWAY_TIMEOUT : CLIENT_CLOSED_REQUEST);
      } else if (!cancelled.reason().isHangUp()) {
        throw cancelled;
      }
    }
  }
}
