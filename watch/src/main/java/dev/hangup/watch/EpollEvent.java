package dev.hangup.watch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// How the kernel lays out `struct epoll_event`: packed on x86-64 alone, so that 32-bit programs
/// share it.
///
/// @param size of one, in bytes
/// @param dataOffset where its 64 bits of data begin
record EpollEvent(int size, int dataOffset) {
  static final EpollEvent X86_64 = new EpollEvent(12, 4);
  static final EpollEvent ALIGNED = new EpollEvent(16, 8);

  /// @param architecture as `os.arch` says
  static EpollEvent of(String architecture) {
    return switch (architecture) {
      case "amd64", "x86_64" -> X86_64;
      default -> ALIGNED;
    };
  }

  void write(MemorySegment memory, int index, int events, long data) {
    memory.set(ValueLayout.JAVA_INT_UNALIGNED, (long) index * size, events);
    memory.set(ValueLayout.JAVA_LONG_UNALIGNED, (long) index * size + dataOffset, data);
  }

  int events(MemorySegment memory, int index) {
    return memory.get(ValueLayout.JAVA_INT_UNALIGNED, (long) index * size);
  }

  long data(MemorySegment memory, int index) {
    return memory.get(ValueLayout.JAVA_LONG_UNALIGNED, (long) index * size + dataOffset);
  }
}
