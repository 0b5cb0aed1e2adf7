package dev.hangup.spring;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.function.client.WebClient;

/// Spring's reactive client, as Spring Boot's builder builds it.
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({WebClient.class, WebClientCustomizer.class})
@ConditionalOnBooleanProperty(name = "hangup.web-client.enabled", matchIfMissing = true)
class WebClientConfiguration {
  /// The last filter of those that customizers add, and so the one next to the connection.
  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  static WebClientCustomizer hangUpExchanges() {
    return client -> client.filter(StoppableExchange::filter);
  }
}
