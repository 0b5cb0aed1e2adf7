package dev.hangup.jdbc;

import dev.hangup.Abort;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/// H2, whose connections share one file channel: an interrupt closes it for all of them, so there
/// is none, never.
///
/// Its cancel is a flag of the parsed command, which is cleared neither when a query ends by itself
/// nor when the next one begins. A closed statement gives its command back to the session's cache,
/// where the next statement with the same text finds it. So a statement that was cancelled is
/// closed, and the cache emptied: setting the schema, also to what it is, does that.
final class H2Recipe extends Recipe {
  @Override
  Abort.Interrupt interrupt() {
    return Abort.Interrupt.NEVER;
  }

  @Override
  boolean settle(Connection connection, @Nullable Statement statement) throws SQLException {
    if (statement != null) {
      statement.close();
    }
    Connection driver = connection.unwrap(Connection.class); // a pool would take note of the schema
    driver.setSchema(driver.getSchema());
    return true;
  }
}
