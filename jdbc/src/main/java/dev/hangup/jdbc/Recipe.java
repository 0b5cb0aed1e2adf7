package dev.hangup.jdbc;

import dev.hangup.Abort;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What one driver needs, so that its calls can be aborted and its connection used again. What is
/// said here holds for drivers that are not known better: `Statement.cancel()`, and nothing else.
class Recipe {
  private static final int PATIENCE_SECONDS = 5;
  private static final int PROBES = 3;

  /// The one for the driver of a connection, which may be wrapped by a pool.
  static Recipe of(Connection connection) throws SQLException {
    return switch (connection.getMetaData().getDriverName()) { // a constant, with these drivers
      case "PostgreSQL JDBC Driver" -> PostgresRecipe.of(connection);
      case "H2 JDBC Driver" -> H2Recipe.of(connection);
      case "MariaDB Connector/J" -> new MariaDbRecipe();
      case null, default -> new Recipe();
    };
  }

  /// Asks the database to stop what runs. Any thread; may come before the call has begun.
  ///
  /// @param statement whose call it is; null for a call of the connection itself
  void cancel(Connection connection, @Nullable Statement statement, int attempt)
      throws SQLException {
    if (statement != null) {
      statement.cancel();
    }
  }

  /// When the thread in the call may be interrupted, which breaks its connection.
  Abort.Interrupt interrupt() {
    return Abort.Interrupt.AFTER_GRACE;
  }

  /// Opens the transaction, where a statement must not do so itself.
  void begin(Connection connection) throws SQLException {}

  /// After a cancel was sent: makes sure that none is left for the next call, by a call that nobody
  /// misses. Returns false if the connection is not to be used again.
  boolean settle(Connection connection, @Nullable Statement statement) throws SQLException {
    int probes = 1;
    while (!connection.isValid(PATIENCE_SECONDS)) {
      if (probes++ == PROBES) {
        return false;
      }
    }
    return true;
  }

  /// The seconds for a driver's timer that ends no earlier than the deadline; 0 for none.
  static int seconds(long nanos) {
    long whole = TimeUnit.NANOSECONDS.toSeconds(nanos + TimeUnit.SECONDS.toNanos(1) - 1);
    return whole > TimeUnit.DAYS.toSeconds(1) ? 0 : (int) whole; // some drivers overflow
  }
}
