package dev.hangup.spring;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The Actuator's endpoint, where it is exposed.
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
class ActuatorConfiguration {
  @Bean
  @ConditionalOnAvailableEndpoint
  static HangUpsEndpoint hangUpsEndpoint(HangUps hangUps) {
    return new HangUpsEndpoint(hangUps);
  }
}
