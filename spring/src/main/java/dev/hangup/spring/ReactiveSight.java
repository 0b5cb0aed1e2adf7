package dev.hangup.spring;

import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.ObservedRequest;
import dev.hangup.RequestHead;
import dev.hangup.RequestObserver;
import dev.hangup.Straggler;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/// What observers see of one exchange of WebFlux. It ends with the later of two: what the server
/// subscribed to, and the stay in the handlers, which may go on alone.
///
/// Around all that Spring does, for only there it is known how a failure was answered. It travels
/// in Reactor's context. For any thread.
final class ReactiveSight {
  private final ObservedRequest observed;
  private final ServerHttpRequest request;

  // Guarded by this
  private OptionalInt status = OptionalInt.empty();
  private @Nullable CancelReason left;
  private int parts = 1;
  private boolean over;

  private ReactiveSight(RequestObserver observer, ServerHttpRequest request) {
    this.request = request;
    InetSocketAddress peer = request.getRemoteAddress();
    RequestHead head =
        new RequestHead(
            request.getMethod().name(),
            request.getURI().getRawPath(),
            ReactiveProtocol.of(request),
            peer == null ? "-" : peer.getHostString());
    this.observed = ObservedRequest.begin(observer, head);
  }

  /// A handler of all requests whose exchanges are seen.
  static HttpHandler around(HttpHandler handler, RequestObserver observer) {
    return (request, response) -> {
      ReactiveSight sight = new ReactiveSight(observer, request);
      return Mono.defer(() -> handler.handle(request, response))
          .doFinally(_ -> sight.answered(response))
          .contextWrite(context -> context.put(ReactiveSight.class, sight));
    };
  }

  CancelScope.Options in(CancelScope.Options options) {
    return options.withStragglerListener(this::straggles);
  }

  private void straggles(Straggler straggler) {
    observed.straggles(straggler);
  }

  /// The stay in the handlers begins.
  void enter(CancelScope scope) {
    synchronized (this) {
      parts++;
    }
    observed.follow(scope);
  }

  /// Whether the client's connection takes more without keeping it.
  boolean isWritable() {
    return EventLoops.isWritable(ReactiveProtocol.nativeRequest(request));
  }

  void routed(String pattern) {
    observed.routed(pattern);
  }

  /// The stay is over, and its scope is closed.
  ///
  /// @param reason why nobody waited for it, if it went on alone
  void leave(@Nullable CancelReason reason) {
    synchronized (this) {
      left = reason;
    }
    partEnds();
  }

  private void answered(ServerHttpResponse response) {
    if (response.isCommitted()) {
      HttpStatusCode sent = response.getStatusCode();
      synchronized (this) {
        status = OptionalInt.of(sent == null ? 200 : sent.value());
      }
    }
    partEnds();
  }

  private void partEnds() {
    OptionalInt sent;
    Optional<CancelReason> reason;
    synchronized (this) {
      parts--;
      if (parts > 0 || over) {
        return;
      }
      over = true;
      sent = status;
      reason = Optional.ofNullable(left);
    }
    observed.ended(sent, reason);
  }
}
