package dev.hangup.servlet;

import dev.hangup.CancelledException;
import dev.hangup.Observability;
import dev.hangup.watch.SocketWatch;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
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
/// [dev.hangup.CancelPolicy] says. After `startAsync` the work goes on until the async context is
/// complete; [ServletWork] carries it to other threads.
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
  private final AtomicInteger places = new AtomicInteger(); // where it is registered

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
  public void init(FilterConfig configuration) {
    places.incrementAndGet();
  }

  /// Ends the watching, where no other container or application has this filter.
  @Override
  public void destroy() {
    if (places.decrementAndGet() <= 0) {
      watch.close();
    }
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    DispatcherType dispatcher = request.getDispatcherType();
    if (dispatcher == DispatcherType.REQUEST
        && request instanceof HttpServletRequest httpRequest
        && response instanceof HttpServletResponse httpResponse
        && !(request instanceof ServletRequestWrapper && ServletWork.of(request).isPresent())) {
      begin(httpRequest, httpResponse, chain);
    } else if (dispatcher == DispatcherType.ASYNC && ServletWork.of(request).isPresent()) {
      goOn(ServletWork.of(request).get(), request, response, chain);
    } else {
      chain.doFilter(request, response); // inside the work already, or after it
    }
  }

  private static void goOn(
      ServletWork work, ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    boolean isHttp =
        request instanceof HttpServletRequest && response instanceof HttpServletResponse;
    ServletRequest telling =
        isHttp ? new TellingRequest((HttpServletRequest) request, work) : request;
    ServletResponse told =
        isHttp ? new TellingResponse((HttpServletResponse) response, work) : response;
    try {
      work.goOn(chain, telling, told);
    } catch (CancelledException cancelled) {
      answer(work, cancelled, response);
    }
  }

  private void begin(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    ServletWork work = ServletWork.open(request, options, watch);
    if (work.isLate()) {
      response.sendError(HttpServletResponse.SC_GATEWAY_TIMEOUT);
      work.answered(response);
      work.close();
      return;
    }
    try {
      work.watch();
      begin(work, request, response, chain);
      if (!work.isAsync()) { // the response may be another request's by now
        work.answered(response); // after a failure the container answers
      }
    } finally {
      if (!work.isAsync() && request.isAsyncStarted()) { // by who had looked below our wrapper
        work.continueIn(request.getAsyncContext(), request);
      }
      if (!work.isAsync()) {
        if (work.cancellation().isCancelled()) { // for the container's error dispatch
          request.setAttribute(ServletWork.ATTRIBUTE, work);
        }
        work.close();
      }
    }
  }

  private static void begin(
      ServletWork work, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    try {
      work.begin(chain, new TellingRequest(request, work), new TellingResponse(response, work));
    } catch (CancelledException cancelled) {
      answer(work, cancelled, response);
    }
  }

  private static void answer(
      ServletWork work, CancelledException cancelled, ServletResponse response) throws IOException {
    if (!work.isLeft() && !work.cancellation().isCancelled()) {
      throw cancelled; // of another work
    }
    answer(cancelled, response);
  }

  private static void answer(CancelledException cancelled, ServletResponse response)
      throws IOException {
    boolean hangUp = cancelled.reason().isHangUp();
    boolean open = !response.isCommitted();
    if (open && hangUp && response instanceof HttpServletResponse answer) {
      answer.setStatus(CLIENT_CLOSED_REQUEST);
    } else if (open && response instanceof HttpServletResponse answer) {
      answer.reset(); // what there was of another answer, and its length
      answer.sendError(HttpServletResponse.SC_GATEWAY_TIMEOUT);
    } else if (!hangUp) {
      throw cancelled;
    }
  }
}
