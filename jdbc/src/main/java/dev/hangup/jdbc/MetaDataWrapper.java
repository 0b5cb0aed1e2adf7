package dev.hangup.jdbc;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.ResultSet;
import org.jspecify.annotations.Nullable;

/// Metadata. Drivers ask the server for some of it where one would not expect it.
final class MetaDataWrapper extends Wrapper {
  MetaDataWrapper(Session session, Object about) {
    super(session, about);
  }

  @Override
  @Nullable Object call(Method method, @Nullable Object[] arguments) throws Throwable {
    if (method.getReturnType() == ResultSet.class) {
      return wrap(session.begin(null, () -> pass(method, arguments)), null);
    }
    if (method.getReturnType() == Connection.class) {
      return session.proxy();
    }
    return session.finish(() -> pass(method, arguments));
  }
}
