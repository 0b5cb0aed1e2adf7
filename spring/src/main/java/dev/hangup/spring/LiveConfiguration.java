package dev.hangup.spring;

import dev.hangup.observe.LiveView;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// The live page, where `hangup-observe` is there and the Actuator exposes it and the application
/// can answer with its stream. Nothing is observed for it elsewhere.
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({LiveView.class, Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnAvailableEndpoint(endpoint = LiveEndpoint.class, exposure = EndpointExposure.WEB)
class LiveConfiguration {
  /// Spring MVC.
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
  @ConditionalOnClass(WebMvcConfigurer.class)
  @Import(LivePageConfiguration.class)
  static class Mvc {
    @Bean
    static LiveEndpoint.Streams hangUpLiveStreams(
        LivePages pages, ObjectProvider<PathMappedEndpoints> endpoints) {
      return new MvcLiveStreams(pages, () -> LivePageConfiguration.path(endpoints));
    }
  }

  /// WebFlux.
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
  @ConditionalOnClass(WebFluxConfigurer.class)
  @Import(LivePageConfiguration.class)
  static class Reactive {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Bean
    @ConditionalOnMissingBean
    static LiveEndpoint.Streams hangUpLiveStreams(
        LivePages pages, ObjectProvider<PathMappedEndpoints> endpoints) {
      return new ReactiveLiveStreams(pages, () -> LivePageConfiguration.path(endpoints), PATIENCE);
    }
  }
}
