package dev.hangup.servlet;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
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
///
/// @param name of the field or method
/// @param getter takes the target: a record's component in a constant, so that it is compiled into
///   whoever asks
record Member(String name, MethodHandle getter) {
  private static final System.Logger LOG = System.getLogger("dev.hangup");
  private static final Set<String> UNKNOWN = ConcurrentHashMap.newKeySet();
  private static final MethodType GETTER = MethodType.methodType(Object.class, Object.class);

  private Member(String name, Finder finder) {
    this(name, new Site(name, finder).dynamicInvoker());
  }

  @FunctionalInterface
  private interface Finder {
    MethodHandle find(Class<?> type) throws ReflectiveOperationException;
  }

  /// Links itself to the first classes that it meets: a container has one or two.
  private static final class Site extends MutableCallSite {
    private static final int MOST_LINKS = 4;
    private static final MethodHandle IS_OF = here("isOf", boolean.class, Class.class);
    private static final MethodHandle LINK = here("link", Object.class, Site.class);

    private final ClassValue<MethodHandle> handles;
    private int links; // guarded by this

    Site(String name, Finder finder) {
      super(GETTER);
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
      setTarget(LINK.bindTo(this));
    }

    private static MethodHandle here(String name, Class<?> result, Class<?> first) {
      try {
        MethodType type = MethodType.methodType(result, first, Object.class);
        return MethodHandles.lookup().findStatic(Site.class, name, type);
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("it is in this class", e);
      }
    }

    @SuppressWarnings("UnusedMethod") // by its handle
    private static boolean isOf(Class<?> type, Object target) {
      return target.getClass() == type;
    }

    @SuppressWarnings("UnusedMethod") // by its handle
    private static @Nullable Object link(Site site, Object target) throws Throwable {
      MethodHandle handle = site.handles.get(target.getClass());
      site.link(target.getClass(), handle);
      return (Object) handle.invokeExact(target);
    }

    private synchronized void link(Class<?> type, MethodHandle handle) {
      if (links < MOST_LINKS) {
        links++;
        setTarget(MethodHandles.guardWithTest(IS_OF.bindTo(type), handle, getTarget()));
      }
    }
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
      return (Object) getter.invokeExact(target);
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
