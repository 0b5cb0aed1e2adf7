package dev.hangup.jdbc;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/// A client of an H2 server. The command that a statement runs is cancelled, and not the statement,
/// which would forget it: see [H2Recipe]. There is no public way to the command; where the driver
/// does not show it, the statement is cancelled after all.
///
/// The cancel is a flag of the parsed command, which is cleared neither when a query ends by itself
/// nor when the next one begins. A closed statement gives its command back to the session's cache,
/// where the next statement with the same text finds it. So a statement that was cancelled is
/// closed, and the cache emptied: setting the schema, also to what it is, does that.
final class H2ClientRecipe extends Recipe {
  private static final ClassValue<Members> MEMBERS =
      new ClassValue<>() {
        @Override
        protected Members computeValue(Class<?> connection) {
          return Members.of(connection.getClassLoader());
        }
      };

  private final Connection driver;
  private final Members members;

  H2ClientRecipe(Connection driver) {
    this.driver = driver;
    this.members = MEMBERS.get(driver.getClass());
  }

  @Override
  void cancel(Connection connection, @Nullable Statement statement, int attempt)
      throws SQLException {
    if (statement == null) {
      return;
    }
    if (members.command == null || members.cancel == null) {
      statement.cancel();
      return;
    }
    try {
      Object command = members.command.get(statement.unwrap(Statement.class));
      if (command != null) {
        members.cancel.invoke(command);
      }
    } catch (ReflectiveOperationException e) {
      throw new SQLException("the H2 server was not told of a cancel", e);
    }
  }

  @Override
  boolean settle(Connection connection, @Nullable Statement statement) throws SQLException {
    if (statement != null) {
      statement.close();
    }
    driver.setSchema(driver.getSchema()); // a pool would take note of the schema
    return true;
  }

  /// Members of the driver's classes; null where they are not there.
  private record Members(@Nullable Field command, @Nullable Method cancel) {

    static Members of(@Nullable ClassLoader loader) {
      try {
        Field command =
            Class.forName("org.h2.jdbc.JdbcStatement", false, loader)
                .getDeclaredField("executingCommand");
        command.setAccessible(true);
        return new Members(command, command.getType().getMethod("cancel"));
      } catch (ReflectiveOperationException | RuntimeException unknown) {
        return new Members(null, null);
      }
    }
  }
}
