package dev.hangup.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.hangup.Cancellation;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Statements cancelled at random moments through a pool, judged by the database: does anything
/// still run there, does the connection's next statement live, is anything written that was rolled
/// back? What a database's test says besides is data.
abstract class PooledQueries {
  private static final int LATEST_CANCEL_NANOS = 6_000_000;

  final Tally tally = new Tally();
  private HikariDataSource pool;
  CancellableDataSource database;

  /// The database as its test sees it.
  ///
  /// @param slow a query of many seconds
  /// @param next a query with two parameters, a number and a number of milliseconds, that answers
  ///   the first and the session's name
  /// @param running the number of other sessions that run a statement
  record Sql(String name, String url, int workers, String slow, String next, String running) {}

  abstract Sql sql();

  int rounds() {
    return 3_000;
  }

  abstract ExecutorService threads();

  @BeforeEach
  final void open() throws SQLException {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(sql().url());
    config.setMaximumPoolSize(sql().workers());
    config.setMaxLifetime(0);
    pool = new HikariDataSource(config);
    database = CancellableDataSource.wrap(pool);
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table if not exists marks (id int)");
      statement.execute("delete from marks");
    }
  }

  @AfterEach
  final void close() throws SQLException {
    try {
      assertThat(count(sql().running())).as("statements that still run").isZero();
      assertThat(count("select count(*) from marks")).as("rows that were rolled back").isZero();
      assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    } finally {
      pool.close();
    }
  }

  @Test
  void queriesAreCancelledAndNextStatementsLive() throws Exception {
    many(
        rounds(),
        LATEST_CANCEL_NANOS,
        () -> {
          try (Connection connection = database.getConnection();
              Statement statement = connection.createStatement()) {
            statement.execute(sql().slow());
          }
        });
    report("");
    tally.assertAllCancelled(rounds());
    assertThat(tally.outlived()).isZero();
  }

  @Test
  void cancelledTransactionsAreRolledBack() throws Exception {
    int rounds = rounds() / 6;
    many(
        rounds,
        LATEST_CANCEL_NANOS,
        () -> {
          try (Connection connection = database.getConnection();
              Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            try {
              statement.execute("insert into marks values (1)");
              statement.execute(sql().slow());
              connection.commit();
            } finally {
              connection.setAutoCommit(true); // commits, but not cancelled work
            }
          }
        });
    report(", transaction");
    tally.assertAllCancelled(rounds);
    assertThat(tally.outlived()).isZero();
  }

  /// Cancelled about when it begins, or when the transaction does.
  @Test
  void cancelNeverLiftsAnInsertOutOfItsTransaction() throws Exception {
    many(
        rounds(),
        400_000,
        () -> {
          try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
              statement.execute("insert into marks values (1)");
            }
            connection.rollback();
          }
        });
    report(", short insert");
  }

  /// In a shield, on the connection whose statement was cancelled.
  @Test
  void nextStatementOnTheSameConnectionLives() throws Exception {
    int rounds = rounds() / 6;
    many(
        rounds,
        LATEST_CANCEL_NANOS,
        () -> {
          try (Connection connection = database.getConnection()) {
            try (Statement statement = connection.createStatement()) {
              statement.execute(sql().slow());
            } finally {
              Cancellation.current()
                  .shielded(
                      Duration.ofSeconds(20),
                      () -> {
                        runNext(connection, 7);
                        return true;
                      });
            }
          }
        });
    report(", same connection");
    tally.assertAllCancelled(rounds);
  }

  private void report(String experiment) throws SQLException {
    tally.print(
        sql().name() + experiment,
        "%d running, %d rows"
            .formatted(count(sql().running()), count("select count(*) from marks")));
    tally.assertNothingLeftBehind(sql().workers());
  }

  void many(int rounds, int latestCancelNanos, Tally.Step work) throws Exception {
    Tally.many(
        rounds,
        sql().workers(),
        threads(),
        id -> tally.round(latestCancelNanos, work, () -> runNext(id)));
  }

  private void runNext(int id) throws SQLException {
    try (Connection connection = database.getConnection()) {
      assertThat(connection.getAutoCommit()).isTrue();
      runNext(connection, id);
    }
  }

  private void runNext(Connection connection, int id) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql().next())) {
      statement.setInt(1, id);
      statement.setInt(2, 2);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        tally.nextAnswered(id, rows.getInt(1), rows.getObject(2));
      }
    }
  }

  private long count(String query) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
