package dev.hangup.spring;

import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import dev.hangup.DeadlineFields;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Gives each exchange a [Cancellation], which is cancelled when Reactor's server cancels: it does
/// so when the client is gone. See [ReactiveStay].
final class ReactiveHangUpFilter implements WebFilter, Ordered {
  static final String CANCELLATION = Cancellation.class.getName();

  private final Policies policies;
  private final Duration maxDeadline;
  private final CancelScope.Options options;
  private final HangUps hangUps;

  ReactiveHangUpFilter(HangUpProperties properties, Policies policies, HangUps hangUps) {
    this.policies = policies;
    this.maxDeadline = properties.maxDeadline();
    this.options = CancelScope.Options.defaults().withGrace(properties.grace());
    this.hangUps = hangUps;
  }

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    return Mono.create(sink -> {
      ReactiveSight sight = sink.contextView().getOrDefault(ReactiveSight.class, null);
      CancelScope scope = open(exchange.getRequest(), sight);
      exchange.getAttributes().put(CANCELLATION, scope.cancellation());
      ReactiveStay stay = new ReactiveStay(exchange, policies, scope, hangUps, sink, sight);
      stay.begin(chain.filter(exchange));
    });
  }

  private CancelScope open(ServerHttpRequest request, @Nullable ReactiveSight sight) {
    CancelScope.Options named =
        options.withName(request.getMethod() + " " + request.getPath().value());
    CancelScope.Options seen = sight == null ? named : sight.in(named);
    return CancelScope.open(
        Cancellation.detached(),
        DeadlineFields.read(request.getHeaders()::getFirst, maxDeadline)
            .map(seen::withDeadline)
            .orElse(seen));
  }
}
