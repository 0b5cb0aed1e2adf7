package dev.hangup.spring;

import dev.hangup.RequestObserver;
import dev.hangup.servlet.HangUpFilter;
import dev.hangup.servlet.HangUpOptions;
import dev.hangup.watch.SocketWatch;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/// Servlets: the filter, before all others, so that nothing that they do is out of its reach.
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class ServletConfiguration {
  @Bean
  static ServletStops hangUpStops(HangUps hangUps) {
    return new ServletStops(hangUps);
  }

  @Bean
  static FilterRegistrationBean<HangUpFilter> hangUpFilter(
      HangUpProperties properties,
      Policies policies,
      ServletStops stops,
      ObjectProvider<RequestObserver> observers) {
    if (properties.requireFull()) {
      NotFullException.check(SocketWatch.shared());
    }
    Optional<RequestObserver> observer = observers.orderedStream().reduce(RequestObserver::and);
    HangUpFilter filter =
        HangUpFilter.create(options -> {
          HangUpOptions chosen =
              options
                  .withPolicy(request -> policies.of(request.getMethod()))
                  .withPatience(properties.patience())
                  .withGrace(properties.grace())
                  .withMaxDeadline(properties.maxDeadline())
                  .withStopListener(stops::stopped);
          return observer.map(chosen::withObserver).orElse(chosen);
        });
    FilterRegistrationBean<HangUpFilter> registration = new FilterRegistrationBean<>(filter);
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    registration.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
    registration.setAsyncSupported(true);
    return registration;
  }
}
