package dev.hangup.spring;

import dev.hangup.observe.LiveView;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What the live page is made of, whatever serves it.
@Configuration(proxyBeanMethods = false)
class LivePageConfiguration {
  @Bean
  static LiveView hangUpLiveView() {
    return LiveView.open();
  }

  @Bean
  static LivePages hangUpLivePages(LiveView view, ApplicationContext application) {
    return new LivePages(view, application);
  }

  @Bean
  static LiveEndpoint hangUpLiveEndpoint(
      LiveEndpoint.Streams streams, ObjectProvider<PathMappedEndpoints> endpoints) {
    return new LiveEndpoint(streams, () -> path(endpoints));
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

  /// Where the Actuator serves it; it knows once all endpoints are there.
  static String path(ObjectProvider<PathMappedEndpoints> endpoints) {
    String path = endpoints.getObject().getPath(EndpointId.of(LiveEndpoint.ID));
    return Objects.requireNonNull(path, LiveEndpoint.ID);
  }
}
