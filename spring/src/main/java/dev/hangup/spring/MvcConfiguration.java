package dev.hangup.spring;

import java.util.List;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.AsyncSupportConfigurer;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// Spring MVC.
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(WebMvcConfigurer.class)
class MvcConfiguration {
  @Bean
  static WebMvcConfigurer hangUpMvcConfigurer(Policies policies, ServletStops stops) {
    HungUpResults results = new HungUpResults();
    return new WebMvcConfigurer() {
      @Override
      public void addInterceptors(InterceptorRegistry registry) {
        registry
            .addInterceptor(new PolicyInterceptor(policies, stops))
            .order(Ordered.HIGHEST_PRECEDENCE);
        registry.addInterceptor(results).order(Ordered.HIGHEST_PRECEDENCE);
      }

      @Override
      public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new CancellationArgument());
      }

      @Override
      public void configureAsyncSupport(AsyncSupportConfigurer configurer) {
        configurer.registerDeferredResultInterceptors(results);
      }
    };
  }

  @Bean
  static HandlerExceptionResolver hangUpExceptionResolver() {
    return new HungUpExceptions();
  }

  @Bean
  static BeanPostProcessor hangUpReturnValues() {
    return CarriedReturnValues.installer();
  }
}
