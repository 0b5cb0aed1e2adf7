package dev.hangup.spring;

import dev.hangup.jdbc.CancellableDataSource;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;

/// Wraps the data sources, once they are complete: after all that others put around them, and not
/// where one leads to another bean that is wrapped already.
///
/// Who asks for the pool gets it by `unwrap`, as Spring Boot's health and metrics do; the
/// application's context closes the pool itself.
final class CancellableDataSources implements BeanPostProcessor, Ordered {
  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    return bean instanceof DataSource source && !isWrapped(source)
        ? CancellableDataSource.wrap(source)
        : bean;
  }

  private static boolean isWrapped(DataSource source) {
    try {
      return source.isWrapperFor(CancellableDataSource.class);
    } catch (SQLException | RuntimeException notNow) {
      return false; // it chooses another for each call, and cannot before the first
    }
  }

  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE;
  }
}
