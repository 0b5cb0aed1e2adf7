package dev.hangup.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.Hangup;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.h2.jdbc.JdbcConnection;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What users of the wrapped objects see, on an H2 in memory.
class CancellableDataSourceTest {
  private static final CancelReason CLOSED = new CancelReason.ClientClosed();
  private static final String TIMEOUT =
      "select setting_value from information_schema.settings where setting_name = 'QUERY_TIMEOUT'";

  private final JdbcDataSource plain = new JdbcDataSource();
  private DataSource database;
  private Connection connection;
  private Statement statement;

  @BeforeEach
  void open() throws SQLException {
    plain.setURL("jdbc:h2:mem:");
    database = CancellableDataSource.wrap(plain);
    connection = database.getConnection();
    statement = connection.createStatement();
    statement.execute("create table marks (id int)");
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  @Test
  void everythingLeadsBackToTheWrapped() throws SQLException {
    ResultSet rows = statement.executeQuery("select 1");
    assertThat(rows.getStatement()).isSameAs(statement);
    assertThat(statement.getConnection()).isSameAs(connection);
    assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
    assertThat(connection.getMetaData().getTables(null, null, "MARKS", null).next()).isTrue();
    assertThat(statement.getResultSet()).isEqualTo(rows).hasSameHashCodeAs(rows);
    assertThat(rows).isNotEqualTo(statement).isNotEqualTo(null);
    assertThat(rows.getMetaData().getColumnCount()).isEqualTo(1);
  }

  @Test
  void unwrapsToTheDriver() throws SQLException {
    assertThat(connection.isWrapperFor(JdbcConnection.class)).isTrue();
    assertThat(connection.unwrap(JdbcConnection.class)).isNotSameAs(connection);
    assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
    assertThat(connection.isWrapperFor(DataSource.class)).isFalse();
    assertThat(database.isWrapperFor(JdbcDataSource.class)).isTrue();
    assertThat(database.unwrap(JdbcDataSource.class)).isSameAs(plain);
    assertThat(database.unwrap(DataSource.class)).isSameAs(database);
    assertThat(database).hasToString("cancellable " + plain);
    assertThat(connection.toString()).startsWith("cancellable ");
  }

  @Test
  void wrapsOnce() {
    assertThat(CancellableDataSource.wrap(database)).isSameAs(database);
    assertThatNullPointerException()
        .isThrownBy(() -> CancellableDataSource.wrap(null))
        .withMessage("dataSource");
  }

  @Test
  void statementsKeepTheirKind() throws SQLException {
    try (PreparedStatement prepared = connection.prepareStatement("select ?");
        CallableStatement callable = connection.prepareCall("call 1")) {
      assertThat(prepared).isNotInstanceOf(CallableStatement.class);
      assertThat(callable.getConnection()).isSameAs(connection);
      prepared.setInt(1, 3);
      try (ResultSet rows = prepared.executeQuery()) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getInt(1)).isEqualTo(3);
      }
    }
  }

  @Test
  void driversErrorsPassUntouched() throws Exception {
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> statement.execute("select * from nothing"))
        .satisfies(e -> assertThat(e.getClass().getName()).startsWith("org.h2."));
    try (CancelScope scope = CancelScope.open()) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> scope.call(() -> statement.execute("select * from nothing")))
          .satisfies(e -> assertThat(e.getClass().getName()).startsWith("org.h2."));
    }
  }

  @Test
  void cancelledWorkSendsNothing() throws Exception {
    try (CancelScope scope = CancelScope.open()) {
      scope.call(() -> {
        try (ResultSet rows = statement.executeQuery("select x from system_range(1, 2)")) {
          assertThat(rows.next()).isTrue();
          scope.cancel(CLOSED);
          assertThatExceptionOfType(CancelledException.class).isThrownBy(rows::next);
          assertThat(rows.getInt(1)).isEqualTo(1);
        }
        assertRefused(() -> statement.execute("insert into marks values (1)"));
        assertRefused(() -> connection.prepareStatement("select 1"));
        assertRefused(() -> connection.getMetaData().getTables(null, null, null, null));
        assertRefused(database::getConnection);
        return true;
      });
    }
    assertThat(count()).isZero();
  }

  private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatExceptionOfType(CancelledException.class).isThrownBy(call).withNoCause();
  }

  @Test
  void expiredDeadlineSendsNothing() throws Exception {
    assertThatExceptionOfType(CancelledException.class)
        .isThrownBy(this::outOfTime)
        .satisfies(e -> assertThat(e.reason()).isInstanceOf(CancelReason.DeadlineExceeded.class));
    assertThat(count()).isZero();
  }

  @Test
  void deadlineIsTheQueryTimeoutMeanwhile() throws Exception {
    assertThat(timeoutWithin(Duration.ofMillis(8_990))).isEqualTo("9000");
    assertThat(statement.getQueryTimeout()).isZero();
    statement.setQueryTimeout(4);
    assertThat(timeoutWithin(Duration.ofMillis(8_990))).isEqualTo("4000");
    assertThat(timeoutWithin(Duration.ofMillis(2_990))).isEqualTo("3000");
    assertThat(statement.getQueryTimeout()).isEqualTo(4);
    statement.setQueryTimeout(0);
    assertThat(timeoutWithin(Duration.ofDays(400))).isEqualTo("0");
  }

  private String timeoutWithin(Duration timeout) throws Exception {
    return Hangup.withDeadline(timeout, () -> query(TIMEOUT));
  }

  @Test
  void cancelledTransactionNeverCommits() throws Exception {
    for (boolean closing : new boolean[] {false, true}) {
      try (Connection other = sharedConnection();
          CancelScope scope = CancelScope.open()) {
        scope.call(() -> {
          other.setAutoCommit(false);
          insertBy(other);
          scope.cancel(CLOSED);
          if (closing) {
            giveBack(other);
          } else {
            assertRefused(other::commit);
            other.setAutoCommit(true);
          }
          return true;
        });
      }
      assertThat(shared()).isZero();
    }
  }

  @Test
  void committedIsCommitted() throws Exception {
    try (Connection other = sharedConnection();
        CancelScope scope = CancelScope.open()) {
      scope.call(() -> {
        other.setAutoCommit(false);
        insertBy(other);
        other.commit();
        insertBy(other);
        scope.cancel(CLOSED);
        giveBack(other);
        return true;
      });
    }
    assertThat(shared()).isOne();
    try (Connection other = plain.getConnection();
        Statement dropping = other.createStatement()) {
      dropping.execute("drop table marks");
    }
  }

  /// A part of a transaction has a deadline of its own, and its user goes on in spite of it.
  @Test
  void transactionThatWasCutShortMustBeRolledBack() throws Exception {
    connection.setAutoCommit(false);
    statement.execute("insert into marks values (1)");
    try (CancelScope scope = CancelScope.open()) {
      scope.call(() -> {
        var before = connection.setSavepoint();
        statement.execute("insert into marks values (2)");
        assertThatExceptionOfType(CancelledException.class).isThrownBy(this::outOfTime);
        assertCut(() -> statement.execute("insert into marks values (3)"));
        assertCut(connection::commit);
        connection.rollback(before);
        statement.execute("insert into marks values (4)");
        connection.commit();
        assertThatExceptionOfType(CancelledException.class).isThrownBy(this::outOfTime);
        return true;
      });
    }
    assertCut(connection::commit);
    connection.rollback();
    assertThat(query("select group_concat(id order by id) from marks")).isEqualTo("1,4");
  }

  private void outOfTime() throws Exception {
    Hangup.withDeadline(
        Duration.ofMillis(300),
        () -> {
          Await.until(() -> Cancellation.current().deadline().orElseThrow().isExpired());
          return statement.execute("insert into marks values (9)");
        });
  }

  private static void assertCut(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(call)
        .withMessageContaining("cut short by a cancel")
        .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("25P02"));
  }

  @Test
  void shieldedWorkMayUseTheConnection() throws Exception {
    try (CancelScope scope = CancelScope.open()) {
      scope.call(() -> {
        scope.cancel(CLOSED);
        return Cancellation.current()
            .shielded(
                Duration.ofSeconds(5), () -> statement.execute("insert into marks values (1)"));
      });
    }
    assertThat(count()).isOne();
  }

  private Connection sharedConnection() throws SQLException {
    plain.setURL("jdbc:h2:mem:shared;DB_CLOSE_DELAY=-1");
    Connection other = database.getConnection();
    try (Statement creating = other.createStatement()) {
      creating.execute("create table if not exists marks (id int)");
    }
    return other;
  }

  private static void giveBack(Connection other) throws SQLException {
    other.close();
  }

  private static void insertBy(Connection other) throws SQLException {
    try (Statement inserting = other.createStatement()) {
      inserting.execute("insert into marks values (1)");
    }
  }

  private long shared() throws SQLException {
    try (Connection other = plain.getConnection();
        Statement counting = other.createStatement();
        ResultSet rows = counting.executeQuery("select count(*) from marks")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private long count() throws SQLException {
    return Long.parseLong(query("select count(*) from marks"));
  }

  private String query(String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
