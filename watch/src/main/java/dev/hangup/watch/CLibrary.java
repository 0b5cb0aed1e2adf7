package dev.hangup.watch;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/// Functions of the C library that return an `int` and take an `int` first: JEP 454.
final class CLibrary {
  private static final String NATIVE_ACCESS =
      "native access is denied; start java with --enable-native-access=ALL-UNNAMED, or dev.hangup.watch";

  static final StructLayout STATE = Linker.Option.captureStateLayout();
  static final int EINTR = 4;

  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
  private static final int EPERM = 1;
  private static final int EACCES = 13;
  private static final int EMFILE = 24;
  private static final int ENOSYS = 38;

  private final Linker linker;
  private final SymbolLookup symbols;

  private CLibrary(Linker linker) {
    this.linker = linker;
    this.symbols = linker.defaultLookup();
  }

  /// @throws UnsupportedOperationException if there is none here that we know
  static CLibrary open() {
    String system = System.getProperty("os.name");
    String architecture = System.getProperty("os.arch");
    if (!system.equals("Linux")) {
      throw new UnsupportedOperationException("the system is " + system + ", not Linux");
    }
    if (!architecture.matches("amd64|x86_64|aarch64")) {
      throw new UnsupportedOperationException(
          "the machine is " + architecture + " (expected: x86_64 or aarch64)");
    }
    return new CLibrary(Linker.nativeLinker());
  }

  /// @throws UnsupportedOperationException if it is not there, or not allowed
  MethodHandle function(String name, MemoryLayout... arguments) {
    return handle(name, arguments);
  }

  /// One that takes a [#STATE] before its arguments, and leaves its errno there.
  MethodHandle functionWithErrno(String name, MemoryLayout... arguments) {
    return handle(name, arguments, CAPTURE);
  }

  static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  @SuppressWarnings("restricted")
  private MethodHandle handle(String name, MemoryLayout[] arguments, Linker.Option... options) {
    MemorySegment address =
        symbols
            .find(name)
            .orElseThrow(() -> new UnsupportedOperationException("the C library has no " + name));
    try {
      return linker.downcallHandle(address, FunctionDescriptor.of(JAVA_INT, arguments), options);
    } catch (IllegalCallerException denied) {
      throw new UnsupportedOperationException(NATIVE_ACCESS, denied);
    }
  }

  /// Calls a function that opens a descriptor.
  ///
  /// @throws UnsupportedOperationException if it fails; the message has the errno
  int descriptor(String name, Object... arguments) {
    MemoryLayout[] layouts = new MemoryLayout[arguments.length];
    Arrays.fill(layouts, JAVA_INT);
    MethodHandle open = functionWithErrno(name, layouts);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment captured = arena.allocate(STATE);
      Object[] all = new Object[arguments.length + 1];
      all[0] = captured;
      System.arraycopy(arguments, 0, all, 1, arguments.length);
      int descriptor = call(open, all);
      if (descriptor < 0) {
        throw new UnsupportedOperationException(failure(name, errno(captured)));
      }
      return descriptor;
    }
  }

  private static String failure(String name, int errno) {
    return switch (errno) {
      case EPERM, EACCES, ENOSYS ->
          name + " is denied (errno " + errno + "); allow it in the sandbox's seccomp profile";
      case EMFILE -> name + " failed: too many open files; raise ulimit -n";
      default -> name + " failed with errno " + errno;
    };
  }

  private static int call(MethodHandle function, Object... arguments) {
    try {
      return (int) function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle function, int a) {
    try {
      return (int) function.invokeExact(a);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle function, int a, long b) {
    try {
      return (int) function.invokeExact(a, b);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle function, int a, MemorySegment b) {
    try {
      return (int) function.invokeExact(a, b);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle function, int a, MemorySegment b, MemorySegment c) {
    try {
      return (int) function.invokeExact(a, b, c);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(
      MethodHandle function, MemorySegment state, int a, MemorySegment b, int c, int d) {
    try {
      return (int) function.invokeExact(state, a, b, c, d);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle function, int a, int b, int c, MemorySegment d) {
    try {
      return (int) function.invokeExact(a, b, c, d);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle function, int a, int b, int c, MemorySegment d, MemorySegment e) {
    try {
      return (int) function.invokeExact(a, b, c, d, e);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  /// No C function throws.
  private static AssertionError unexpected(Throwable failure) {
    return new AssertionError(failure);
  }
}
