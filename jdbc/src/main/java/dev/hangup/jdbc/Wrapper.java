package dev.hangup.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.DatabaseMetaData;
import java.sql.ParameterMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What stands between the user and an object of the driver: a proxy whose handler makes the calls
/// that may block through the [Session] and passes on the others.
abstract class Wrapper implements InvocationHandler {
  final Session session;
  final Object delegate;

  Wrapper(Session session, Object delegate) {
    this.session = session;
    this.delegate = delegate;
  }

  final <T> T as(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(Wrapper.class.getClassLoader(), new Class<?>[] {type}, this));
  }

  @Override
  public final @Nullable Object invoke(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    @Nullable Object[] given = arguments == null ? new Object[0] : arguments;
    return switch (method.getName()) {
      case "equals" -> isSame(given[0]);
      case "hashCode" -> System.identityHashCode(delegate);
      case "toString" -> "cancellable " + delegate;
      case "unwrap" ->
          isInstance(given[0], proxy) ? proxy : pass(method, given); // the nearest, as JDBC says
      case "isWrapperFor" ->
          isInstance(given[0], proxy) || Objects.equals(pass(method, given), true);
      default -> call(method, given);
    };
  }

  /// Makes a call of the user's.
  abstract @Nullable Object call(Method method, @Nullable Object[] arguments) throws Throwable;

  /// Makes the call and nothing else.
  final @Nullable Object pass(Method method, @Nullable Object[] arguments) throws Throwable {
    try {
      return method.invoke(delegate, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  /// Of what a call returned, what the user gets.
  final @Nullable Object wrap(@Nullable Object value, @Nullable StatementWrapper owner) {
    return switch (value) {
      case ResultSet rows -> new ResultSetWrapper(session, rows, owner).as(ResultSet.class);
      case ResultSetMetaData about ->
          new MetaDataWrapper(session, about).as(ResultSetMetaData.class);
      case ParameterMetaData about ->
          new MetaDataWrapper(session, about).as(ParameterMetaData.class);
      case DatabaseMetaData about -> new MetaDataWrapper(session, about).as(DatabaseMetaData.class);
      case null, default -> value;
    };
  }

  private boolean isSame(@Nullable Object other) {
    return other != null
        && Proxy.isProxyClass(other.getClass())
        && Proxy.getInvocationHandler(other) instanceof Wrapper wrapper
        && wrapper.delegate == delegate;
  }

  private static boolean isInstance(@Nullable Object type, Object value) {
    return type instanceof Class<?> wanted && wanted.isInstance(value);
  }
}
