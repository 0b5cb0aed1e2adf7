package dev.hangup.spring;

import dev.hangup.observe.LiveView;
import java.time.Duration;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// The live page, where `hangup-observe` is there and the Actuator exposes it. Nothing is observed
/// for it elsewhere.
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({LiveView.class, Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnAvailableEndpoint(endpoint = LiveEndpoint.class, exposure = EndpointExposure.WEB)
class LiveConfiguration {
  @Bean
  static LiveView hangUpLiveView() {
    return LiveView.open();
  }

  @Bean
  static LivePages hangUpLivePages(LiveView view) {
    return new LivePages(view);
  }

  @Bean
  static LiveEndpoint hangUpLiveEndpoint(LiveEndpoint.Streams streams) {
    return new LiveEndpoint(streams);
  }

  /// What the page asks for itself is not shown.
  @Bean
  static SmartInitializingSingleton hangUpLiveHidden(
      LiveView view, ObjectProvider<PathMappedEndpoints> endpoints) {
    return () -> {
      String path = path(endpoints);
      view.hide(path);
      view.hide(path + "/{file}");
    };
  }

  private static String path(ObjectProvider<PathMappedEndpoints> endpoints) {
    String path = endpoints.getObject().getPath(EndpointId.of(LiveEndpoint.ID));
    return Objects.requireNonNull(path, LiveEndpoint.ID);
  }

  /// Spring MVC.
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
  @ConditionalOnClass(WebMvcConfigurer.class)
  static class Mvc {
    @Bean
    static LiveEndpoint.Streams hangUpLiveStreams(
        LivePages pages, ObjectProvider<PathMappedEndpoints> endpoints) {
      return new MvcLiveStreams(pages, () -> path(endpoints));
    }
  }

  /// WebFlux.
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
  @ConditionalOnClass(WebFluxConfigurer.class)
  static class Reactive {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Bean
    @ConditionalOnMissingBean
    static LiveEndpoint.Streams hangUpLiveStreams(
        LivePages pages, ObjectProvider<PathMappedEndpoints> endpoints) {
      return new ReactiveLiveStreams(pages, () -> path(endpoints), PATIENCE);
    }
  }
}
