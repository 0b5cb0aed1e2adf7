package dev.hangup.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.CancelledException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.hibernate.cfg.JdbcSettings;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/// What people write, unchanged, on a PostgreSQL: the query is gone from the server, the pool as
/// full as before, nothing is committed, and what comes out says that it was a cancel.
class FrameworksIT {
  private static final String SLOW = "select pg_sleep(20)";

  private static DatabaseServer server;
  private static HikariDataSource pool;
  private static DataSource database;

  @BeforeAll
  static void start() throws Exception {
    server = DatabaseServer.postgres();
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(server.url());
    config.setMaximumPoolSize(2);
    pool = new HikariDataSource(config);
    database = CancellableDataSource.wrap(pool);
    new JdbcTemplate(pool).execute("create table marks (id int)");
  }

  @AfterAll
  static void stop() throws Exception {
    try (DatabaseServer _ = server) {
      pool.close();
    }
  }

  @AfterEach
  void nothingIsLeft() throws SQLException {
    assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    assertThat(count("select count(*) from marks")).isZero();
  }

  @Test
  void jdbcTemplate() throws Exception {
    JdbcTemplate template = new JdbcTemplate(database);
    stops(() -> template.queryForList(SLOW));
    assertThat(template.queryForObject("select 7", Integer.class)).isEqualTo(7);
  }

  @Test
  void springTransaction() throws Exception {
    JdbcTemplate template = new JdbcTemplate(database);
    TransactionTemplate transaction =
        new TransactionTemplate(new DataSourceTransactionManager(database));
    stops(() ->
        transaction.execute(_ -> {
          template.update("insert into marks values (1)");
          return template.queryForList(SLOW);
        }));
  }

  /// Rolls back to a savepoint on its way out.
  @Test
  void nestedSpringTransaction() throws Exception {
    JdbcTemplate template = new JdbcTemplate(database);
    var manager = new DataSourceTransactionManager(database);
    TransactionTemplate nested = new TransactionTemplate(manager);
    nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
    TransactionTemplate outer = new TransactionTemplate(manager);
    stops(() ->
        outer.execute(_ -> {
          template.update("insert into marks values (1)");
          return nested.execute(_ -> template.queryForList(SLOW));
        }));
  }

  @Test
  void jooq() throws Exception {
    var jooq = DSL.using(database, SQLDialect.POSTGRES);
    stops(() -> jooq.fetch(SLOW));
    stops(() ->
        jooq.transactionResult(inside -> {
          DSL.using(inside).execute("insert into marks values (1)");
          return DSL.using(inside).fetch(SLOW);
        }));
  }

  @Test
  void hibernate() throws Exception {
    Configuration configuration = new Configuration();
    configuration.getProperties().putAll(Map.of(JdbcSettings.JAKARTA_NON_JTA_DATASOURCE, database));
    try (SessionFactory factory = configuration.buildSessionFactory()) {
      stops(() ->
          factory.fromTransaction(session -> {
            session.createNativeMutationQuery("insert into marks values (1)").executeUpdate();
            return session.createNativeQuery(SLOW, Object.class).getResultList();
          }));
    }
  }

  /// The thread is a platform's here, as a servlet container has it.
  @Test
  void plainJdbcByCursor() throws Exception {
    stops(() -> {
      try (Connection connection = database.getConnection()) {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
          statement.setFetchSize(1);
          ResultSet rows =
              statement.executeQuery("select pg_sleep(0.1 + i) from generate_series(0, 20, 10) i");
          while (rows.next()) {
            assertThat(rows.getString(1)).isEmpty();
          }
          return true;
        }
      }
    });
  }

  /// Runs, waits until the server is at it, cancels; and again until nothing is left there.
  private void stops(Callable<?> work) throws Exception {
    try (CancelScope scope = CancelScope.open()) {
      Thread.ofPlatform()
          .start(() -> {
            try {
              Await.until(() -> running() > 0);
            } catch (Exception e) {
              throw new AssertionError(e);
            } finally {
              scope.cancel(new CancelReason.ClientClosed());
            }
          });
      assertThatThrownBy(() -> scope.call(work)).satisfies(FrameworksIT::tellsTheCancel);
      assertThat(running()).isZero();
    }
  }

  private static void tellsTheCancel(Throwable thrown) {
    Throwable cause = thrown;
    while (cause != null && !(cause.getCause() instanceof SQLException)) {
      cause = cause.getCause();
    }
    assertThat(cause)
        .as("what the driver's error is the cause of")
        .isInstanceOf(CancelledException.class);
  }

  private static long running() throws SQLException {
    return count(
        """
        select count(*) from pg_stat_activity
        where state = 'active' and query like 'select pg_sleep%' and pid <> pg_backend_pid()
        """);
  }

  private static long count(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(server.url());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
