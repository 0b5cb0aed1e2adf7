package dev.hangup.spring;

import dev.hangup.RequestObserver;
import dev.hangup.observe.RequestMeters;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Meters of the requests, where `hangup-observe` is there and a registry.
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({RequestMeters.class, MeterRegistry.class})
@ConditionalOnBean(MeterRegistry.class)
class MetersConfiguration {
  @Bean
  static RequestObserver hangUpMeters(MeterRegistry registry) {
    return RequestMeters.in(registry);
  }
}
