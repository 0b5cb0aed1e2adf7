package dev.hangup.jdbc;

import java.lang.reflect.Method;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/// A statement of any kind.
final class StatementWrapper extends Wrapper {
  final Statement proxy;
  final Statement statement;

  StatementWrapper(Session session, Statement statement, Class<? extends Statement> type) {
    super(session, statement);
    this.statement = statement;
    this.proxy = as(type);
  }

  @Override
  @Nullable Object call(Method method, @Nullable Object[] arguments) throws Throwable {
    String name = method.getName();
    if (name.startsWith("execute")) {
      return wrap(session.execute(statement, () -> pass(method, arguments)), this);
    }
    return switch (name) {
      case "getConnection" -> session.proxy();
      case "cancel" -> pass(method, arguments); // by another thread, so not in turn
      case "getMoreResults" -> session.stop(statement, () -> pass(method, arguments));
      case "getMetaData", "getParameterMetaData" ->
          wrap(session.begin(statement, () -> pass(method, arguments)), this);
      case "close" -> session.release(() -> pass(method, arguments));
      default -> wrap(large(method, arguments), this);
    };
  }

  private @Nullable Object large(Method method, @Nullable Object[] arguments) throws Throwable {
    return ResultSetWrapper.isLarge(method)
        ? session.finish(() -> pass(method, arguments))
        : pass(method, arguments);
  }
}
