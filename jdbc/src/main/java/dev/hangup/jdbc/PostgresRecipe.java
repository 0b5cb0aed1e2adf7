package dev.hangup.jdbc;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// PostgreSQL. At first `Statement.cancel()`, then `PGConnection.cancelQuery()`: a cancel that
/// reaches the server just before the query does is lost, and the statement takes itself for idle
/// from then on. Only the connection's own cancel always sends.
///
/// The driver sends `BEGIN` together with the first statement of a transaction. A cancel that hits
/// the `BEGIN` alone lifts the statement out of its transaction, where it commits. So the
/// transaction is opened by a call of its own that nothing aborts.
///
/// The only place that knows the driver's classes. Where it does not find them, it is like any
/// other driver.
final class PostgresRecipe extends Recipe {
  private static final ClassValue<Methods> METHODS =
      new ClassValue<>() {
        @Override
        protected Methods computeValue(Class<?> connection) {
          return Methods.of(connection.getClassLoader());
        }
      };

  private final Methods methods;
  private final Connection driver;

  private PostgresRecipe(Methods methods, Connection driver) {
    this.methods = methods;
    this.driver = driver;
  }

  static Recipe of(Connection connection) throws SQLException {
    Connection driver = connection.unwrap(Connection.class);
    return new PostgresRecipe(METHODS.get(driver.getClass()), driver);
  }

  @Override
  void cancel(Connection connection, @Nullable Statement statement, int attempt)
      throws SQLException {
    if (statement != null && (attempt == 0 || methods.cancelQuery == null)) {
      statement.cancel();
    } else if (methods.cancelQuery != null) {
      var _ = call(methods.cancelQuery);
    }
  }

  @Override
  void begin(Connection connection) throws SQLException {
    if (!connection.getAutoCommit() && isIdle()) {
      try (Statement opening = connection.createStatement()) {
        opening.execute("select 1"); // an empty statement opens none
      }
    }
  }

  /// Asked of the driver, since a transaction may also be ended by SQL.
  private boolean isIdle() throws SQLException {
    return methods.transactionState == null
        || Objects.toString(call(methods.transactionState)).equals("IDLE");
  }

  private @Nullable Object call(MethodHandle method) throws SQLException {
    try {
      return method.invoke(driver);
    } catch (SQLException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /// Methods of the driver's connection; null where there is none.
  ///
  /// @param transactionState not of the driver's stable interface: without it, every statement in a
  ///   transaction costs a round trip more
  private record Methods(
      @Nullable MethodHandle cancelQuery, @Nullable MethodHandle transactionState) {

    static Methods of(@Nullable ClassLoader loader) {
      return new Methods(
          find(loader, "org.postgresql.PGConnection", "cancelQuery", "void"),
          find(
              loader,
              "org.postgresql.core.BaseConnection",
              "getTransactionState",
              "org.postgresql.core.TransactionState"));
    }

    private static @Nullable MethodHandle find(
        @Nullable ClassLoader loader, String type, String name, String result) {
      try {
        Class<?> returned =
            result.equals("void") ? void.class : Class.forName(result, false, loader);
        return MethodHandles.publicLookup()
            .findVirtual(Class.forName(type, false, loader), name, MethodType.methodType(returned));
      } catch (ReflectiveOperationException unknown) {
        return null;
      }
    }
  }
}
