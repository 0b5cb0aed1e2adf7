package dev.hangup.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.CancelledException;
import dev.hangup.Fork;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/// PostgreSQL goes through a crash in the middle of a query: one of its processes is killed, and it
/// starts anew with all connections lost.
class RestartIT {
  @Test
  void driversOwnErrorUnlessTheWorkWasCancelled() throws Exception {
    HikariConfig config = new HikariConfig();
    try (DatabaseServer server = DatabaseServer.postgres()) {
      config.setJdbcUrl(server.url());
      config.setMaximumPoolSize(2);
      try (HikariDataSource pool = new HikariDataSource(config)) {
        DataSource database = CancellableDataSource.wrap(pool);
        assertThatExceptionOfType(SQLException.class)
            .isThrownBy(() -> crashDuring(database, false))
            .satisfies(e -> assertThat(e.getSQLState()).isIn("57P02", "08006"));
        Await.until(() -> answers(database));
        assertThatExceptionOfType(CancelledException.class)
            .isThrownBy(() -> crashDuring(database, true))
            .withCauseInstanceOf(SQLException.class);
        Await.until(() -> answers(database));
        assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
      }
    }
  }

  private static void crashDuring(DataSource database, boolean cancelled) throws Exception {
    CompletableFuture<Long> process = new CompletableFuture<>();
    try (CancelScope scope = CancelScope.open()) {
      Fork<Boolean> query = scope.fork(() -> sleep(database, process));
      ProcessHandle session = ProcessHandle.of(Await.value(process)).orElseThrow();
      Await.until(() -> sleeps(database, session.pid()));
      if (cancelled) {
        scope.cancel(new CancelReason.ClientClosed());
      }
      session.destroyForcibly();
      query.join();
    }
  }

  private static boolean sleep(DataSource database, CompletableFuture<Long> process)
      throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      try (ResultSet rows = statement.executeQuery("select pg_backend_pid()")) {
        rows.next();
        process.complete(rows.getLong(1));
      }
      return statement.execute("select pg_sleep(20)");
    }
  }

  private static boolean sleeps(DataSource database, long session) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select query like '%pg_sleep(20)' and state = 'active'"
                    + " from pg_stat_activity where pid = "
                    + session)) {
      return rows.next() && rows.getBoolean(1);
    }
  }

  private static boolean answers(DataSource database) {
    try (Connection connection = database.getConnection()) {
      return connection.isValid(5);
    } catch (SQLException notYet) {
      return false;
    }
  }
}
