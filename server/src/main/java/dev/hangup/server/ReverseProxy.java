package dev.hangup.server;

import dev.hangup.Abort;
import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import dev.hangup.Deadline;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Has another server, the upstream, answer the requests.
///
/// {@snippet class="dev.hangup.server.ReverseProxySnippetsTest" region="proxy"}
///
/// What follows the route's prefix, that is its `{path...}`, follows the target's path, as it was
/// sent; on a route without a rest the whole path does. The query is kept. A path with a `..`
/// segment, encoded or not, is answered 400.
///
/// **Cancellation**: when the client hangs up, the upstream is hung up on at once, whatever is
/// going on: an HTTP/1.1 connection is closed, an HTTP/2 stream reset, its siblings go on. The
/// deadline that the request has is passed on as `Request-Timeout`.
///
/// **Bodies** stream both ways, and each side is read no faster than the other takes it. Header
/// fields of one connection alone (RFC 9110 §7.6.1) are left out; `Forwarded` (RFC 7239) and `Via`
/// are added. Trailer fields pass both ways, where the other side can be sent some: to HTTP/1.1
/// only behind a body of unknown length, to HTTP/1.0 never. Interim responses (103 and the like)
/// pass to the client; 100 and `Expect` are each side's own.
///
/// **Errors**: an upstream that cannot be connected to, or breaks off or talks nonsense before the
/// head of its response, is answered for with 502; one that takes too long with 504; what fails
/// later cuts the response. A request without a body that a kept connection failed is made once
/// more, if it is idempotent or was surely not begun. Another protocol (`Upgrade`, WebSocket) is
/// answered 501.
///
/// **Thread safety**: for any thread. One thread of its own does the I/O with the upstream.
public final class ReverseProxy implements Handler, AutoCloseable {
  private static final int PART = 32 << 10;

  private final UpstreamAddress address;
  private final ProxyFields fields;
  private final UpstreamPool pool;

  private ReverseProxy(UpstreamAddress address, ReverseProxyOptions options) {
    this.address = address;
    this.fields = new ProxyFields(options, address.authority());
    this.pool = new UpstreamPool(address, options);
  }

  /// A proxy for one upstream. Nothing is connected to yet.
  ///
  /// @param target `http` or `https`, a host, and perhaps a port and a path
  /// @return close it
  /// @throws IllegalArgumentException if the target is anything else
  public static ReverseProxy to(URI target) {
    return to(target, UnaryOperator.identity());
  }

  /// A proxy for one upstream. Nothing is connected to yet.
  ///
  /// @param target `http` or `https`, a host, and perhaps a port and a path
  /// @param options changes the defaults: `o -> o.withName("orders")`
  /// @return close it
  /// @throws IllegalArgumentException if the target is anything else
  public static ReverseProxy to(URI target, UnaryOperator<ReverseProxyOptions> options) {
    return new ReverseProxy(
        UpstreamAddress.of(target),
        Objects.requireNonNull(options.apply(ReverseProxyOptions.DEFAULTS), "options"));
  }

  /// Has the upstream answer.
  @Override
  public void handle(Request request, Response response) throws Exception {
    if (ProxyFields.asksForUpgrade(request.head().headers())) {
      throw new HttpException(
          501,
          "Upgrade: "
              + request.header("Upgrade").orElse("")
              + " (expected: none, other protocols are not passed on)");
    }
    String target = ProxyTarget.of(request, address.path());
    if (!pass(request, response, target, true)) {
      pool.dropIdle();
      pass(request, response, target, false);
    }
  }

  /// Returns false if the request may be made again.
  private boolean pass(Request request, Response response, String target, boolean first)
      throws Exception {
    boolean bodyless = !request.hasBody();
    try (UpstreamCall call = pool.call(head(request, target), bodyless)) {
      Abort abort = (_, _) -> call.abort();
      return Cancellation.current()
          .<Boolean, Exception>abortable(
              abort.withInterrupt(Abort.Interrupt.AT_ONCE), // nothing here is harmed by one
              () -> {
                if (bodyless) {
                  return answer(call, request, response, first);
                }
                try (CancelScope uploading = CancelScope.open(o -> o.withName("upload"))) {
                  var _ = uploading.fork(() -> upload(request, call));
                  return answer(call, request, response, false);
                }
              });
    }
  }

  private HttpRequest head(Request request, String target) {
    Optional<Duration> left = Cancellation.current().deadline().map(Deadline::remaining);
    if (left.isPresent() && left.get().toMillis() == 0) {
      throw Failures.late();
    }
    return new DefaultHttpRequest(
        HttpVersion.HTTP_1_1,
        HttpMethod.valueOf(request.method()),
        target,
        fields.ofRequest(request, left));
  }

  /// Whatever ends it before its end, the upstream must not take what it has for the whole.
  private boolean upload(Request request, UpstreamCall call) throws Exception {
    boolean whole = false;
    try {
      InputStream body = request.body();
      byte[] part = new byte[PART];
      for (int count = body.read(part); count >= 0; count = body.read(part)) {
        call.write(part, count);
      }
      call.endRequest(ProxyFields.ofTrailers(request.trailers()));
      whole = true;
    } finally {
      if (!whole) {
        call.abort();
      }
    }
    return true;
  }

  private boolean answer(UpstreamCall call, Request request, Response response, boolean repeatable)
      throws IOException, InterruptedException {
    HttpResponse head;
    try {
      head = call.awaitHead();
    } catch (HttpException failure) {
      if (repeatable && call.isUnheard()) {
        return false;
      }
      throw failure;
    }
    int status = head.status().code();
    while (status / 100 == 1) {
      response.interim(head.status(), ProxyFields.ofResponse(head.headers()));
      head = call.awaitHead();
      status = head.status().code();
    }
    HttpHeaders passedOn = ProxyFields.ofResponse(head.headers());
    HttpHeaders sent = response.status(status).fields();
    passedOn.names().forEach(sent::remove);
    sent.add(passedOn);
    if (status == 204 || status == 205 || status == 304) {
      response.empty();
      return true;
    }
    OutputStream to = response.open(HttpUtil.getContentLength(head, -1L));
    if (!request.method().equals("HEAD")) { // whose answer is whole, whatever the upstream does
      download(call.body(), to);
      response.passOnTrailers(ProxyFields.ofTrailers(call.body().trailers()));
    }
    return true;
  }

  private static void download(InputStream from, OutputStream to) throws IOException {
    byte[] part = new byte[PART];
    for (int count = from.read(part); count >= 0; count = from.read(part)) {
      to.write(part, 0, count);
    }
  }

  /// For tests: what is there of connections and of calls that wait.
  int poolSize() throws InterruptedException {
    return pool.size();
  }

  /// Closes all connections to the upstream: what runs is cut, what comes is answered 503.
  @Override
  public void close() {
    pool.close();
  }

  /// The target, for people.
  @Override
  public String toString() {
    return "proxy of " + address;
  }
}
