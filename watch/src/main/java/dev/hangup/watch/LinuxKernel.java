package dev.hangup.watch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Linux, by way of its C library: epoll(7), getpeername(2), getsockname(2), socket(7).
final class LinuxKernel implements Kernel {
  private static final int CLOSE_ON_EXEC = 0x80000;
  private static final int ADD = 1;
  private static final int REMOVE = 2;
  private static final int MODIFY = 3;
  private static final int INET = 2;
  private static final int INET6 = 10;
  private static final int SOL_SOCKET = 1;
  private static final int SO_COOKIE = 57;
  private static final int TCP = 6;
  private static final int TCP_INFO = 11;
  private static final int MOST_EVENTS = 256;
  private static final int MOST_DESCRIPTORS = 1 << 16;
  private static final long WAKE_UP = 0; // no socket's cookie
  private static final Path STATUS = Path.of("/proc/self/status");

  private static final ValueLayout.OfShort PORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt IPV4 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong IPV6 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final EpollEvent layout = EpollEvent.of(System.getProperty("os.arch"));
  private final Arena arena = Arena.ofShared();
  private final MethodHandle epollControl;
  private final MethodHandle epollWait;
  private final MethodHandle getPeerName;
  private final MethodHandle getSocketName;
  private final MethodHandle getSocketOption;
  private final MethodHandle eventWrite;
  private final MethodHandle eventRead;
  private final MethodHandle close;
  private final int epoll;
  private final int event;

  // Guarded by the watcher's lock
  private final MemorySegment peer = arena.allocate(128, 8);
  private final MemorySegment self = arena.allocate(128, 8);
  private final MemorySegment option = arena.allocate(8, 8);
  private final MemorySegment length = arena.allocate(8, 8);
  private final MemorySegment request = arena.allocate(16, 8);

  // Only the watcher's thread
  private final MemorySegment happened = arena.allocate(16L * MOST_EVENTS, 8);
  private final MemorySegment errno = arena.allocate(CLibrary.STATE);
  private final MemorySegment count = arena.allocate(8, 8);

  private LinuxKernel(CLibrary c) {
    epollControl = c.function("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    epollWait = c.functionWithErrno("epoll_wait", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    getPeerName = c.function("getpeername", JAVA_INT, ADDRESS, ADDRESS);
    getSocketName = c.function("getsockname", JAVA_INT, ADDRESS, ADDRESS);
    getSocketOption = c.function("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    eventWrite = c.function("eventfd_write", JAVA_INT, JAVA_LONG);
    eventRead = c.function("eventfd_read", JAVA_INT, ADDRESS);
    close = c.function("close", JAVA_INT);
    epoll = c.descriptor("epoll_create1", CLOSE_ON_EXEC);
    try {
      event = c.descriptor("eventfd", 0, CLOSE_ON_EXEC);
    } catch (UnsupportedOperationException e) {
      CLibrary.call(close, epoll);
      throw e;
    }
    control(ADD, event, 0x1 /* EPOLLIN */, WAKE_UP);
  }

  /// @throws UnsupportedOperationException if this machine, or this JVM, does not let us: the
  ///   message says why
  static LinuxKernel open() {
    return new LinuxKernel(CLibrary.open());
  }

  @Override
  public int descriptors() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("FDSize:")) {
          return Integer.parseInt(line.substring("FDSize:".length()).strip());
        }
      }
    } catch (IOException | NumberFormatException e) {
      return MOST_DESCRIPTORS; // no /proc: as many as are usual
    }
    return MOST_DESCRIPTORS;
  }

  @Override
  public @Nullable Endpoints endpoints(int descriptor) {
    if (!name(getPeerName, descriptor, peer) || !name(getSocketName, descriptor, self)) {
      return null;
    }
    int ports =
        Endpoints.ports(
            Short.toUnsignedInt(self.get(PORT, 2)), Short.toUnsignedInt(peer.get(PORT, 2)));
    return new Endpoints(high(self), low(self), high(peer), low(peer), ports);
  }

  @Override
  public boolean isConnected(int descriptor) {
    return name(getPeerName, descriptor, peer);
  }

  private boolean name(MethodHandle of, int descriptor, MemorySegment address) {
    length.set(JAVA_INT, 0, 128);
    int family = CLibrary.call(of, descriptor, address, length) == 0 ? family(address) : 0;
    return family == INET || family == INET6;
  }

  private static int family(MemorySegment address) {
    return address.get(ValueLayout.JAVA_SHORT, 0);
  }

  private static long high(MemorySegment address) {
    return family(address) == INET ? 0 : address.get(IPV6, 8);
  }

  private static long low(MemorySegment address) {
    return family(address) == INET ? Endpoints.mapped(address.get(IPV4, 4)) : address.get(IPV6, 16);
  }

  @Override
  public long cookie(int descriptor) {
    length.set(JAVA_INT, 0, 8);
    int status = CLibrary.call(getSocketOption, descriptor, SOL_SOCKET, SO_COOKIE, option, length);
    return status == 0 ? option.get(JAVA_LONG, 0) : 0;
  }

  @Override
  public int state(int descriptor) {
    length.set(JAVA_INT, 0, 8);
    int status = CLibrary.call(getSocketOption, descriptor, TCP, TCP_INFO, option, length);
    return status == 0 ? option.get(ValueLayout.JAVA_BYTE, 0) : 0;
  }

  @Override
  public boolean add(int descriptor, int events, long cookie) {
    return control(ADD, descriptor, events, cookie)
        || control(MODIFY, descriptor, events, cookie); // left of an earlier time
  }

  @Override
  public void remove(int descriptor) {
    control(REMOVE, descriptor, 0, 0);
  }

  private boolean control(int operation, int descriptor, int events, long data) {
    layout.write(request, 0, events, data);
    return CLibrary.call(epollControl, epoll, operation, descriptor, request) == 0;
  }

  @Override
  public boolean await(int millis, Events events) {
    int ready = CLibrary.call(epollWait, errno, epoll, happened, MOST_EVENTS, millis);
    for (int i = 0; i < ready; i++) {
      long cookie = layout.data(happened, i);
      if (cookie == WAKE_UP) {
        CLibrary.call(eventRead, event, count);
      } else {
        events.happened(cookie, layout.events(happened, i));
      }
    }
    return ready >= 0 || CLibrary.errno(errno) == CLibrary.EINTR;
  }

  @Override
  public void wake() {
    CLibrary.call(eventWrite, event, 1L);
  }

  @Override
  public void close() {
    CLibrary.call(close, event);
    CLibrary.call(close, epoll);
    arena.close();
  }
}
