package dev.hangup.jdbc;

import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/// The rows of a query, or of metadata.
final class ResultSetWrapper extends Wrapper {
  private final @Nullable StatementWrapper owner;

  ResultSetWrapper(Session session, ResultSet rows, @Nullable StatementWrapper owner) {
    super(session, rows);
    this.owner = owner;
  }

  @Override
  @Nullable Object call(Method method, @Nullable Object[] arguments) throws Throwable {
    return switch (method.getName()) {
      case "next",
          "previous",
          "first",
          "last",
          "absolute",
          "relative",
          "beforeFirst",
          "afterLast",
          "isLast",
          "insertRow",
          "updateRow",
          "deleteRow",
          "refreshRow" ->
          session.stop(statement(), () -> pass(method, arguments));
      case "close" -> session.release(() -> pass(method, arguments));
      case "getStatement" -> owner == null ? pass(method, arguments) : owner.proxy;
      default ->
          isLarge(method)
              ? session.finish(() -> pass(method, arguments))
              : wrap(pass(method, arguments), owner);
    };
  }

  private @Nullable Statement statement() {
    return owner == null ? null : owner.statement;
  }

  /// Whether the call may move what is too large for a row, over the network or to a file.
  static boolean isLarge(Method method) {
    String name = method.getName();
    return name.endsWith("Blob")
        || name.endsWith("Clob")
        || name.endsWith("Stream")
        || name.endsWith("SQLXML");
  }
}
