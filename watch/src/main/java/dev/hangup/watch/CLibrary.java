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
import java.util.Arrays;

/// Functions of the C library that return an `int` and take an `int` first: JEP 454.
final class CLibrary {
  private static final String NATIVE_ACCESS =
      "native access is denied; start java with --enable-native-access=ALL-UNNAMED, or dev.hangup.watch";

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
    StructLayout state = Linker.Option.captureStateLayout();
    MethodHandle open = handle(name, layouts, Linker.Option.captureCallState("errno"));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment captured = arena.allocate(state);
      Object[] all = new Object[arguments.length + 1];
      all[0] = captured;
      System.arraycopy(arguments, 0, all, 1, arguments.length);
      int descriptor = call(open, all);
      if (descriptor < 0) {
        int errno =
            (int) state.varHandle(MemoryLayout.PathElement.groupElement("errno")).get(captured, 0L);
        throw new UnsupportedOperationException(name + " failed with errno " + errno);
      }
      return descriptor;
    }
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

  static int call(MethodHandle function, int a, MemorySegment b, int c, int d) {
    try {
      return (int) function.invokeExact(a, b, c, d);
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
