package dev.hangup.spring;

import dev.hangup.HangUpProbe;
import dev.hangup.servlet.ProbeServlet;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/// What `hangup doctor` asks, where the application has a token for it.
@Configuration(proxyBeanMethods = false)
@Conditional(ProbeConfiguration.HasToken.class)
class ProbeConfiguration {
  /// Servlets.
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
  static class Servlets {
    @Bean
    static ServletRegistrationBean<ProbeServlet> hangUpProbe(HangUpProperties properties) {
      HangUpProperties.Probe probe = properties.probe();
      ServletRegistrationBean<ProbeServlet> registration =
          new ServletRegistrationBean<>(ProbeServlet.withToken(probe.token()), probe.path());
      registration.setName("hangUpProbe");
      return registration;
    }
  }

  /// WebFlux.
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
  @ConditionalOnClass(WebFluxConfigurer.class)
  static class Reactive {
    @Bean
    static RouterFunction<ServerResponse> hangUpProbe(HangUpProperties properties) {
      HangUpProperties.Probe probe = properties.probe();
      ReactiveProbe asked = new ReactiveProbe(HangUpProbe.withToken(probe.token()));
      return RouterFunctions.route()
          .GET(probe.path(), asked::answer)
          .POST(probe.path(), asked::answer)
          .build();
    }
  }

  /// An empty one, as of a variable that is not set, is none.
  static final class HasToken implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return !context.getEnvironment().getProperty(HangUpProperties.Probe.TOKEN, "").isEmpty();
    }
  }
}
