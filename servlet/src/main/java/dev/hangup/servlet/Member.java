package dev.hangup.servlet;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A field, or a method without parameters, of a container's classes, by its name; found once for
/// each class. There is no container at compile time, and any may be there at run time. No class of
/// the JDK is opened.
///
/// What is not there, or cannot be seen, throws IllegalStateException.
final class Member {
  private static final System.Logger LOG = System.getLogger("dev.hangup");
  private static final Set<String> UNKNOWN = ConcurrentHashMap.newKeySet();
  private static final MethodType GETTER = MethodType.methodType(Object.class, Object.class);

  private final String name;
  private final ClassValue<MethodHandle> handles;

  private Member(String name, Finder finder) {
    this.name = name;
    this.handles =
        new ClassValue<>() {
          @Override
          protected MethodHandle computeValue(Class<?> type) {
            try {
              return finder.find(type).asType(GETTER);
            } catch (ReflectiveOperationException e) {
              throw new IllegalStateException(type.getName() + "." + name, e);
            }
          }
        };
  }

  @FunctionalInterface
  private interface Finder {
    MethodHandle find(Class<?> type) throws ReflectiveOperationException;
  }

  static Member method(String name) {
    return new Member(name, type -> MethodHandles.lookup().unreflect(accessible(type, name)));
  }

  static Member field(String name) {
    return new Member(name, type -> MethodHandles.lookup().unreflectGetter(declared(type, name)));
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

  /// Its value, which cannot be null.
  Object of(Object target) {
    Object value = orNull(target);
    if (value == null) {
      throw new IllegalStateException(target.getClass().getName() + "." + name + " is null");
    }
    return value;
  }

  @Nullable Object orNull(Object target) {
    try {
      return (Object) handles.get(target.getClass()).invokeExact(target);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(target.getClass().getName() + "." + name, e);
    }
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
