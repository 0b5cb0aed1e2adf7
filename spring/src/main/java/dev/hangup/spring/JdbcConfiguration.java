package dev.hangup.spring;

import dev.hangup.jdbc.CancellableDataSource;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Data sources, where `hangup-jdbc` is there.
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({CancellableDataSource.class, DataSource.class})
@ConditionalOnBooleanProperty(name = "hangup.jdbc.enabled", matchIfMissing = true)
class JdbcConfiguration {
  @Bean
  static BeanPostProcessor hangUpDataSources() {
    return new CancellableDataSources();
  }
}
