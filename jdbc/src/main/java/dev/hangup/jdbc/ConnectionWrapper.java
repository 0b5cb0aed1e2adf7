package dev.hangup.jdbc;

import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A connection. What it does for its own state (and there is much that asks the server) is never
/// cut short, since it is often part of a clean-up.
final class ConnectionWrapper extends Wrapper {
  ConnectionWrapper(Session session, Connection connection) {
    super(session, connection);
  }

  @Override
  @Nullable Object call(Method method, @Nullable Object[] arguments) throws Throwable {
    return switch (method.getName()) {
      case "createStatement" -> statement(pass(method, arguments));
      case "prepareStatement", "prepareCall" ->
          statement(session.stop(null, () -> pass(method, arguments)));
      case "setSavepoint" -> session.begin(null, () -> pass(method, arguments));
      case "commit" -> done(session::commit);
      case "rollback" -> done(() -> session.rollBack(() -> pass(method, arguments)));
      case "close" -> done(session::close);
      case "setAutoCommit" -> setAutoCommit(method, arguments);
      case "getMetaData" -> wrap(pass(method, arguments), null);
      case "getAutoCommit", "isClosed", "getWarnings", "abort", "nativeSQL" ->
          pass(method, arguments);
      default -> session.finish(() -> pass(method, arguments));
    };
  }

  private @Nullable Object setAutoCommit(Method method, @Nullable Object[] arguments)
      throws Throwable {
    return Objects.equals(arguments[0], true)
        ? done(session::commitAlways)
        : session.finish(() -> pass(method, arguments));
  }

  private Object statement(@Nullable Object made) {
    Class<? extends Statement> type =
        switch (made) {
          case CallableStatement _ -> CallableStatement.class;
          case PreparedStatement _ -> PreparedStatement.class;
          case null, default -> Statement.class;
        };
    return new StatementWrapper(session, (Statement) Objects.requireNonNull(made), type).proxy;
  }

  /// Something that returns nothing.
  private interface Step {
    void run() throws Throwable;
  }

  private static @Nullable Object done(Step step) throws Throwable {
    step.run();
    return null;
  }
}
