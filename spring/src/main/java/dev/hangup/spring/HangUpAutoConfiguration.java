package dev.hangup.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/// All of it, by what the application is made of; nothing with `hangup.enabled=false`.
@AutoConfiguration(
    afterName = {
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration"
    })
@ConditionalOnWebApplication
@ConditionalOnBooleanProperty(name = "hangup.enabled", matchIfMissing = true)
@EnableConfigurationProperties(HangUpProperties.class)
@Import({
  ServletConfiguration.class,
  MvcConfiguration.class,
  TaskConfiguration.class,
  JdbcConfiguration.class,
  RestClientConfiguration.class,
  WebClientConfiguration.class,
  MetersConfiguration.class,
  ReactiveConfiguration.class,
  ActuatorConfiguration.class,
  LiveConfiguration.class,
  ProbeConfiguration.class
})
final class HangUpAutoConfiguration {
  @Bean
  static Policies hangUpPolicies(HangUpProperties properties) {
    return new Policies(properties.policies());
  }

  @Bean
  static HangUps hangUps(HangUpProperties properties) {
    return new HangUps(properties.history());
  }
}
