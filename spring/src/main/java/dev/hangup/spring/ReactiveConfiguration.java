package dev.hangup.spring;

import dev.hangup.Cancellation;
import dev.hangup.RequestObserver;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.web.reactive.BindingContext;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.result.method.SyncHandlerMethodArgumentResolver;
import org.springframework.web.reactive.result.method.annotation.ArgumentResolverConfigurer;
import org.springframework.web.server.ServerWebExchange;

/// WebFlux.
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(WebFluxConfigurer.class)
class ReactiveConfiguration {
  @Bean
  static ReactiveHangUpFilter hangUpFilter(
      HangUpProperties properties, Policies policies, HangUps hangUps) {
    return new ReactiveHangUpFilter(properties, policies, hangUps);
  }

  @Bean
  static HttpHandlerDecoratorFactory hangUpSight(ObjectProvider<RequestObserver> observers) {
    Optional<RequestObserver> observer = observers.orderedStream().reduce(RequestObserver::and);
    return handler -> observer.map(seen -> ReactiveSight.around(handler, seen)).orElse(handler);
  }

  @Bean
  static WebFluxConfigurer hangUpWebFluxConfigurer() {
    return new WebFluxConfigurer() {
      @Override
      public void configureArgumentResolvers(ArgumentResolverConfigurer configurer) {
        configurer.addCustomResolver(new ReactiveCancellationArgument());
      }
    };
  }

  private static final class ReactiveCancellationArgument
      implements SyncHandlerMethodArgumentResolver {
    @Override
    public boolean supportsParameter(MethodParameter parameter) {
      return parameter.getParameterType() == Cancellation.class;
    }

    @Override
    public Cancellation resolveArgumentValue(
        MethodParameter parameter, BindingContext context, ServerWebExchange exchange) {
      return exchange.getRequiredAttribute(ReactiveHangUpFilter.CANCELLATION);
    }
  }
}
