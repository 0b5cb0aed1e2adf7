package dev.hangup.spring;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;

/// Spring's blocking clients, as Spring Boot's builders build them.
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({RestClient.class, ClientHttpRequestFactoryBuilder.class})
@ConditionalOnBooleanProperty(name = "hangup.rest-client.enabled", matchIfMissing = true)
class RestClientConfiguration {
  @Bean
  static BeanPostProcessor hangUpRequests() {
    return StoppableRequests.installer();
  }
}
