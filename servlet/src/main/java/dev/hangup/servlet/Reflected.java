package dev.hangup.servlet;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Members of a container's classes, found once: there is no container at compile time, and any may
/// be there at run time. No class of the JDK is opened.
final class Reflected {
  private static final System.Logger LOG = System.getLogger("dev.hangup");
  private static final Set<String> UNKNOWN = ConcurrentHashMap.newKeySet();
  private static final Map<Key, Method> METHODS = new ConcurrentHashMap<>();
  private static final Map<Key, Field> FIELDS = new ConcurrentHashMap<>();

  private record Key(Class<?> type, String name) {}

  private Reflected() {}

  /// Calls a method without parameters, whoever may see it.
  static Object call(Object target, String name) throws ReflectiveOperationException {
    return nonNull(callOrNull(target, name), new Key(target.getClass(), name));
  }

  /// Calls a method that may return null.
  static @Nullable Object callOrNull(Object target, String name)
      throws ReflectiveOperationException {
    Key key = new Key(target.getClass(), name);
    Method method = METHODS.get(key);
    if (method == null) {
      method = accessible(target.getClass(), name);
      METHODS.put(key, method);
    }
    return method.invoke(target);
  }

  private static Method accessible(Class<?> type, String name) throws NoSuchMethodException {
    for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
      for (Method method : owner.getDeclaredMethods()) {
        if (method.getName().equals(name) && method.getParameterCount() == 0) {
          method.setAccessible(true); // whoever may see it
          return method;
        }
      }
    }
    return type.getMethod(name); // of an interface
  }

  /// Reads a field, whoever may see it.
  static Object read(Object target, String name) throws ReflectiveOperationException {
    Key key = new Key(target.getClass(), name);
    Field field = FIELDS.get(key);
    if (field == null) {
      field = declared(target.getClass(), name);
      FIELDS.put(key, field);
    }
    return nonNull(field.get(target), key);
  }

  private static Field declared(Class<?> type, String name) throws NoSuchFieldException {
    for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
      for (Field field : owner.getDeclaredFields()) {
        if (field.getName().equals(name)) {
          field.setAccessible(true);
          return field;
        }
      }
    }
    throw new NoSuchFieldException(type.getName() + "." + name);
  }

  private static Object nonNull(@Nullable Object value, Key key) throws NoSuchFieldException {
    if (value == null) {
      throw new NoSuchFieldException(key + " is null");
    }
    return value;
  }

  /// Says, once for each class, that a container is not as we know it.
  static void notAsKnown(String type, Exception why) {
    if (UNKNOWN.add(type)) {
      LOG.log(
          System.Logger.Level.INFO,
          type + " is not as known (" + why + "): hang-ups may be seen less well");
    }
  }
}
