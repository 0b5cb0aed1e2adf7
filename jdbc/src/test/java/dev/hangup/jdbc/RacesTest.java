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
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A cancel against what comes just then, many times, on an H2 in memory: its cancel is a flag that
/// stays where it hits nothing, so a late one is sure to be seen.
class RacesTest {
  private static final int ROUNDS = 2_000;
  private static final int LATEST_CANCEL_NANOS = 1_000_000;

  /// A millisecond or so; every 128th row looks for a cancel.
  private static final String SHORT = "select sum(x) from system_range(1, 5000)";

  private final Tally tally = new Tally();
  private HikariDataSource pool;
  private DataSource database;

  @BeforeEach
  void open() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:h2:mem:;OPTIMIZE_REUSE_RESULTS=FALSE"); // or it only computes once
    config.setMaximumPoolSize(1);
    pool = new HikariDataSource(config);
    database = CancellableDataSource.wrap(pool);
  }

  @AfterEach
  void close() {
    assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    pool.close();
  }

  @Test
  void cancelAgainstCompletionAndReturnToThePool() throws Exception {
    race(() -> {
      try (Connection connection = database.getConnection()) {
        sum(connection);
      }
    });
  }

  @Test
  void cancelAgainstTheNextExecutionOfTheSameStatement() throws Exception {
    race(() -> {
      try (Connection connection = database.getConnection();
          PreparedStatement statement = connection.prepareStatement(SHORT)) {
        for (int i = 0; i < 4; i++) {
          statement.executeQuery().next();
        }
      }
    });
  }

  @Test
  void cancelAgainstClose() throws Exception {
    race(() -> {
      try (Connection connection = database.getConnection()) {
        for (int i = 0; i < 4; i++) {
          try (Statement statement = connection.createStatement()) {
            statement.execute("select 1");
          }
        }
      }
    });
  }

  private void race(Tally.Step work) throws Exception {
    Tally.many(
        ROUNDS,
        1,
        Executors.newSingleThreadExecutor(),
        id ->
            tally.round(
                LATEST_CANCEL_NANOS,
                work,
                () -> {
                  try (Connection connection = database.getConnection()) {
                    tally.nextAnswered(
                        12_502_500L,
                        sum(connection),
                        connection.unwrap(org.h2.jdbc.JdbcConnection.class));
                  }
                }));
    tally.print("H2, race", "");
    tally.assertNothingLeftBehind(1);
  }

  private static long sum(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(SHORT)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Test
  void waitForTheConnectionStopsAndLeaksNone() throws Exception {
    for (int i = 0; i < 8; i++) {
      try (Connection held = database.getConnection();
          CancelScope scope = CancelScope.open()) {
        Fork<Connection> waiting = scope.fork(database::getConnection);
        Await.until(() -> pool.getHikariPoolMXBean().getThreadsAwaitingConnection() == 1);
        scope.cancel(new CancelReason.ClientClosed());
        assertThatExceptionOfType(CancelledException.class).isThrownBy(waiting::join);
        assertThat(held.isValid(5)).isTrue();
      }
    }
  }
}
