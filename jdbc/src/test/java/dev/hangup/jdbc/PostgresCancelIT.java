package dev.hangup.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.hangup.Cancellation;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/// Statements cancelled at random moments on the pooled connections of a real PostgreSQL, judged by
/// the server: does anything still run there, and does the connection's next statement live?
class PostgresCancelIT {
  private static final int ROUNDS = Integer.getInteger("hangup.queries", 600);
  private static final int WORKERS = 8;

  private static DatabaseServer server;
  private static HikariDataSource pool;

  private final Tally tally = new Tally();
  private final AtomicInteger swallowed = new AtomicInteger();

  /// What a round does, as the work that is cancelled.
  private interface Task {
    void run(Connection connection) throws SQLException;
  }

  @BeforeAll
  static void startServer() throws Exception {
    server = DatabaseServer.postgres();
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(server.url());
    config.setMaximumPoolSize(WORKERS);
    config.setMaxLifetime(0);
    pool = new HikariDataSource(config);
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table marks (id int)");
    }
  }

  @AfterAll
  static void stopServer() throws Exception {
    try (DatabaseServer _ = server) {
      if (pool != null) {
        pool.close();
      }
    }
  }

  @AfterEach
  void nothingRunsOnTheServer() throws SQLException {
    assertThat(orphans()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void queriesAreCancelledAndTheNextStatementLives(boolean probed) throws Exception {
    many(
        6_000_000,
        connection -> {
          try {
            abortable(connection, "select pg_sleep(20)");
          } finally {
            probe(connection, probed);
          }
        });
    tally.print("PostgreSQL, autocommit" + (probed ? " and probe" : ""), remains());
    tally.assertAllCancelled(ROUNDS);
    tally.assertNothingLeftBehind(WORKERS);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cancelledTransactionsAreRolledBack(boolean probed) throws Exception {
    many(
        6_000_000,
        connection -> {
          PlainPostgres.begin(connection);
          try {
            abortable(connection, "insert into marks values (1); select pg_sleep(20)");
          } finally {
            probe(connection, probed);
            PlainPostgres.rollBack(connection);
          }
        });
    tally.print("PostgreSQL, transaction" + (probed ? " and probe" : ""), remains());
    tally.assertAllCancelled(ROUNDS);
    tally.assertNothingLeftBehind(WORKERS);
    assertThat(marks()).isZero();
  }

  /// Short, and cancelled about when it begins: see [PlainPostgres#begin(Connection)].
  @Test
  void cancelNeverLiftsAnInsertOutOfItsTransaction() throws Exception {
    many(
        400_000,
        connection -> {
          PlainPostgres.begin(connection);
          try {
            abortable(connection, "insert into marks values (1)");
          } finally {
            PlainPostgres.rollBack(connection);
          }
        });
    tally.print("PostgreSQL, short insert", remains());
    tally.assertNothingLeftBehind(WORKERS);
    assertThat(marks()).isZero();
  }

  /// What the other tests would see if a late cancel got through.
  @Test
  void cancelThatNobodyWaitsForKillsTheNextStatement() throws Exception {
    int rounds = 0;
    while (tally.nextKilled() == 0 && rounds < 500) {
      rounds++;
      try (Connection connection = pool.getConnection()) {
        PGConnection postgres = connection.unwrap(PGConnection.class);
        Thread late = Thread.ofVirtual().start(() -> cancelQuery(postgres));
        runNext(connection, rounds, 0.05);
        late.join();
      }
    }
    System.out.println("PostgreSQL, cancel without abortable: kills after " + rounds + " rounds");
    assertThat(tally.nextKilled()).isPositive();
  }

  private void many(int latestCancelNanos, Task task) throws Exception {
    Tally.many(
        ROUNDS,
        WORKERS,
        Executors.newVirtualThreadPerTaskExecutor(),
        id -> round(id, latestCancelNanos, task));
  }

  private void round(int id, int latestCancelNanos, Task task) throws Exception {
    try (Connection connection = pool.getConnection()) {
      tally.round(
          latestCancelNanos, () -> task.run(connection), () -> runNext(connection, id, 0.002));
    }
  }

  private static void abortable(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      Cancellation.current()
          .abortable(PlainPostgres.cancelling(statement), () -> statement.execute(sql));
    }
  }

  private void probe(Connection connection, boolean probed) throws SQLException {
    if (probed && PlainPostgres.swallowLateCancel(connection)) {
      swallowed.incrementAndGet();
    }
  }

  private void runNext(Connection connection, int id, double seconds) {
    String sql = "select ?::int, pg_backend_pid(), pg_sleep(?)";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, id);
      statement.setDouble(2, seconds);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        tally.nextAnswered(id, rows.getInt(1), rows.getInt(2));
      }
    } catch (SQLException e) {
      tally.nextFailed(e);
    }
  }

  private static void cancelQuery(PGConnection connection) {
    try {
      connection.cancelQuery();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private String remains() throws SQLException {
    return "%d swallowed, %d orphans, %d rows".formatted(swallowed.get(), orphans(), marks());
  }

  private static long orphans() throws SQLException {
    return count(
        """
        select count(*) from pg_stat_activity
        where backend_type = 'client backend' and state <> 'idle' and pid <> pg_backend_pid()
        """);
  }

  private static long marks() throws SQLException {
    return count("select count(*) from marks");
  }

  /// On a connection of its own.
  private static long count(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(server.url());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
