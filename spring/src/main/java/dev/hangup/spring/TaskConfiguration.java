package dev.hangup.spring;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.core.task.TaskDecorator;

/// Spring's executors: their builders take every decorator there is.
@Configuration(proxyBeanMethods = false)
class TaskConfiguration {
  /// A fallback, so that who wants "the" decorator still gets the application's own.
  @Bean
  @Fallback
  static TaskDecorator hangUpTaskDecorator() {
    return new CarriedTasks();
  }
}
