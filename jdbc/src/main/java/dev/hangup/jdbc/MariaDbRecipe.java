package dev.hangup.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/// MariaDB, whose cancel sends `KILL QUERY` for the connection, whichever statement asks for it.
final class MariaDbRecipe extends Recipe {
  @Override
  void cancel(Connection connection, @Nullable Statement statement, int attempt)
      throws SQLException {
    if (statement != null) {
      statement.cancel();
    } else {
      try (Statement any = connection.createStatement()) {
        any.cancel();
      }
    }
  }
}
