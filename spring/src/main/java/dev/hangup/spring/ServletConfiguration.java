package dev.hangup.spring;

import dev.hangup.servlet.HangUpFilter;
import jakarta.servlet.DispatcherType;
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
  static FilterRegistrationBean<HangUpFilter> hangUpFilter(
      HangUpProperties properties, Policies policies) {
    HangUpFilter filter =
        HangUpFilter.create(_ ->
            new HangUpFilter.Options(
                properties.patience(),
                properties.grace(),
                properties.maxDeadline(),
                request -> policies.of(request.getMethod())));
    if (properties.requireFull()) {
      NotFullException.check(filter.observability());
    }
    FilterRegistrationBean<HangUpFilter> registration = new FilterRegistrationBean<>(filter);
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
    registration.setAsyncSupported(true);
    return registration;
  }
}
