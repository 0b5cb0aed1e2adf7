package dev.hangup.jdbc;

import dev.hangup.Abort;
import dev.hangup.Cancellation;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.postgresql.PGConnection;

/// How a statement on PostgreSQL is cancelled without [CancellableDataSource], so that the
/// connection can be used again: what [PostgresCancelIT] found to be enough with pgjdbc 42.7.14 and
/// PostgreSQL 18.
final class PlainPostgres {
  private static final Duration BUDGET = Duration.ofSeconds(5);

  private PlainPostgres() {}

  /// At first [Statement#cancel()], then the connection's own cancel.
  ///
  /// A cancel that reaches the server just before the query does is lost, and `Statement.cancel()`
  /// takes the statement for idle from then on and sends nothing any more: with it alone, 51 of
  /// 6,000 queries could not be cancelled. The connection's cancel always sends. It may do so
  /// because `abortable` lets no abort begin after the operation, nor leaves one in flight.
  static Abort cancelling(Statement statement) throws SQLException {
    PGConnection connection = statement.getConnection().unwrap(PGConnection.class);
    return (reason, attempt) -> {
      if (attempt == 0) {
        statement.cancel();
      } else {
        connection.cancelQuery();
      }
    };
  }

  /// Opens a transaction where no cancel reaches it: call it before the first abortable statement.
  ///
  /// Otherwise the driver sends `BEGIN` together with that statement but as a query of its own. A
  /// cancel that hits the `BEGIN` kills only that; the statement then runs **outside any
  /// transaction**: an insert is committed although the work was cancelled and rolled back (20 of
  /// 72,000, cancelled within 0.8 ms), and HikariCP throws the connection away (08P01).
  static void begin(Connection connection) throws SQLException {
    connection.setAutoCommit(false); // tells the server nothing yet
    Cancellation.current().shielded(BUDGET, () -> execute(connection, "select 1"));
  }

  /// Ends a transaction whatever happened in it.
  static void rollBack(Connection connection) throws SQLException {
    Cancellation.current()
        .shielded(
            BUDGET,
            () -> {
              connection.rollback();
              connection.setAutoCommit(true);
              return true;
            });
  }

  /// A statement that nobody misses, for a cancel that arrives late: the server sends itself a
  /// signal, so that it may hit after the cancel was answered. Returns whether one did.
  ///
  /// With `abortable` around the statement it never did (none of 60,000 queries), so this is a belt
  /// for servers and poolers that answer a cancel before they pass it on.
  static boolean swallowLateCancel(Connection connection) throws SQLException {
    try {
      return Cancellation.current().shielded(BUDGET, () -> execute(connection, "select 1"));
    } catch (SQLException e) {
      if (Tally.isCancelled(e)) {
        return true;
      }
      if ("25P02".equals(e.getSQLState())) {
        return false; // in a transaction that has failed: it had to be rolled back anyway
      }
      throw e;
    }
  }

  private static boolean execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
      return false;
    }
  }
}
