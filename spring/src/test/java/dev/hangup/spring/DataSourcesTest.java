package dev.hangup.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.CancelledException;
import dev.hangup.jdbc.CancellableDataSource;
import java.lang.reflect.Proxy;
import java.util.List;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;

/// What becomes of the data sources of an application. Starting one may take a while.
class DataSourcesTest {
  private static final Application.Engine ENGINE = Application.Engine.TOMCAT;

  /// A pool, and a data source of the application's own that leads to it.
  static class Sources {
    @Bean(destroyMethod = "dispose")
    JdbcConnectionPool pool() {
      return JdbcConnectionPool.create("jdbc:h2:mem:", "", "");
    }

    @Bean
    DataSource leading(@Qualifier("pool") DataSource pool) {
      return (DataSource)
          Proxy.newProxyInstance(
              DataSource.class.getClassLoader(),
              new Class<?>[] {DataSource.class},
              (_, method, arguments) -> method.invoke(pool, arguments));
    }
  }

  @Test
  void statementsOfAPoolStopWithTheirWork() throws Exception {
    try (Application application = Application.start(ENGINE, List.of(Sources.class));
        CancelScope scope = CancelScope.open()) {
      DataSource source = application.context().getBean("pool", DataSource.class);
      assertThat(source).isInstanceOf(CancellableDataSource.class);
      assertThat(source.isWrapperFor(JdbcConnectionPool.class)).isTrue();
      assertThat(source.unwrap(JdbcConnectionPool.class).getActiveConnections()).isZero();
      assertThatThrownBy(() ->
              scope.call(() -> {
                scope.cancel(new CancelReason.ClientClosed());
                return source.getConnection();
              }))
          .isInstanceOf(CancelledException.class);
    }
  }

  @Test
  void whatLeadsToAnotherBeanIsNotWrappedTwice() {
    try (Application application = Application.start(ENGINE, List.of(Sources.class))) {
      assertThat(application.context().getBean("leading")).isInstanceOf(Proxy.class);
    }
  }

  @Test
  void poolIsClosedWithTheApplication() throws Exception {
    JdbcConnectionPool pool;
    try (Application application = Application.start(ENGINE, List.of(Sources.class))) {
      pool =
          application.context().getBean("pool", DataSource.class).unwrap(JdbcConnectionPool.class);
      pool.getConnection().close();
    }
    assertThatThrownBy(pool::getConnection).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void switchedOffTheyAreAsTheyWere() {
    try (Application application =
        Application.start(ENGINE, List.of(Sources.class), "hangup.jdbc.enabled=false")) {
      assertThat(application.context().getBean("pool")).isInstanceOf(JdbcConnectionPool.class);
    }
  }
}
