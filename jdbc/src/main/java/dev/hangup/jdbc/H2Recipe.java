package dev.hangup.jdbc;

import dev.hangup.Abort;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// H2 in this process, whose connections share one file channel: an interrupt closes it for all of
/// them, so there is none, never.
///
/// The session is cancelled, not the statement. `Statement.cancel()` forgets which command runs,
/// also one that begins just after it had looked and found none; whoever calls it again finds none
/// ever after, and the query runs to its end. The session's flag may be set as often as one likes.
/// It stays until a query meets it, or until the query timeout is set, also to what it is.
final class H2Recipe extends Recipe {
  private static final ClassValue<Methods> METHODS =
      new ClassValue<>() {
        @Override
        protected Methods computeValue(Class<?> connection) {
          return Methods.of(connection);
        }
      };

  private final Methods methods;
  private final Object session;

  private H2Recipe(Methods methods, Object session) {
    this.methods = methods;
    this.session = session;
  }

  /// Another one where the database is in another process, or the driver not as it is known.
  static Recipe of(Connection connection) throws SQLException {
    Connection driver = connection.unwrap(Connection.class);
    Methods methods = METHODS.get(driver.getClass());
    Object session = methods.session == null ? null : call(methods.session, driver);
    return methods.isLocal(session)
        ? new H2Recipe(methods, Objects.requireNonNull(session))
        : new H2ClientRecipe(driver);
  }

  @Override
  void cancel(Connection connection, @Nullable Statement statement, int attempt)
      throws SQLException {
    call(methods.cancel, session);
  }

  @Override
  Abort.Interrupt interrupt() {
    return Abort.Interrupt.NEVER;
  }

  @Override
  boolean settle(Connection connection, @Nullable Statement statement) throws SQLException {
    call(methods.setQueryTimeout, session, call(methods.queryTimeout, session));
    return true;
  }

  private static @Nullable Object call(
      @Nullable Method method, Object target, @Nullable Object... arguments) throws SQLException {
    try {
      return Objects.requireNonNull(method).invoke(target, arguments);
    } catch (InvocationTargetException | IllegalAccessException e) {
      throw new SQLException("H2 does not do what its session is known for", e);
    }
  }

  /// Methods of the driver's connection and of a session in this process; null where one is not
  /// there.
  private record Methods(
      @Nullable Method session,
      @Nullable Method cancel,
      @Nullable Method queryTimeout,
      @Nullable Method setQueryTimeout) {

    static Methods of(Class<?> connection) {
      try {
        Class<?> local =
            Class.forName("org.h2.engine.SessionLocal", false, connection.getClassLoader());
        return new Methods(
            connection.getMethod("getSession"),
            local.getMethod("cancel"),
            local.getMethod("getQueryTimeout"),
            local.getMethod("setQueryTimeout", int.class));
      } catch (ReflectiveOperationException unknown) {
        return new Methods(null, null, null, null);
      }
    }

    boolean isLocal(@Nullable Object candidate) {
      return cancel != null && cancel.getDeclaringClass().isInstance(candidate);
    }
  }
}
