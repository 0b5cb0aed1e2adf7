package dev.hangup.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A program that carries Ethernet frames between two interfaces, late, lossy or not at all: not
/// every kernel has netem. Told by lines on its input: `delay MILLIS`, `loss PERCENT` (both for
/// each direction), `cut`, `mend`. Ends with its input.
///
/// Packet sockets (packet(7)) see each frame with a header of ten bytes (PACKET_VNET_HDR) that says
/// what the sending kernel left to the network card; sent on with it, checksums and segmentation
/// come out right.
final class Bridge {
  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final short ALL_PROTOCOLS = 0x0300; // ETH_P_ALL, big-endian
  private static final int SOL_PACKET = 263;
  private static final int PACKET_VNET_HDR = 15;
  private static final int PACKET_IGNORE_OUTGOING = 23;
  private static final int LARGEST = 128 << 10;

  private static final MethodHandle SOCKET = libc("socket", ValueLayout.JAVA_INT, 3);
  private static final MethodHandle BIND = withAddress("bind", ValueLayout.JAVA_INT);
  private static final MethodHandle SET_OPTION =
      find(
          "setsockopt",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT));
  private static final MethodHandle INDEX =
      find("if_nametoindex", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
  private static final MethodHandle RECEIVE = transfer("recv");
  private static final MethodHandle SEND = transfer("send");

  private static volatile long delayNanos;
  private static volatile int lossPercent;
  private static volatile boolean cut;

  private Bridge() {}

  public static void main(String[] interfaces) throws Throwable {
    int one = open(interfaces[0]);
    int other = open(interfaces[1]);
    carry(one, other);
    carry(other, one);
    System.out.println("READY");
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", 2);
      switch (words[0]) {
        case "delay" -> delayNanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(words[1]));
        case "loss" -> lossPercent = Integer.parseInt(words[1]);
        case "cut" -> cut = true;
        case "mend" -> cut = false;
        default -> throw new IllegalArgumentException(line);
      }
      System.out.println("DONE " + line);
    }
    System.exit(0); // the carriers are inside the kernel
  }

  private record Frame(ByteBuffer bytes, long due) {}

  /// One direction: frames leave in the order in which they came.
  private static void carry(int from, int to) {
    BlockingQueue<Frame> road = new LinkedBlockingQueue<>();
    start(() -> receive(from, road));
    start(() -> deliver(to, road));
  }

  private static void receive(int from, BlockingQueue<Frame> road) throws Throwable {
    MemorySegment buffer = Arena.global().allocate(LARGEST);
    while (true) {
      long length = (long) RECEIVE.invokeExact(from, buffer, buffer.byteSize(), 0);
      boolean lost = ThreadLocalRandom.current().nextInt(100) < lossPercent;
      if (length > 0 && !lost) {
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) length);
        MemorySegment.ofBuffer(bytes).copyFrom(buffer.asSlice(0, length));
        road.add(new Frame(bytes, System.nanoTime() + delayNanos));
      }
    }
  }

  private static void deliver(int to, BlockingQueue<Frame> road) throws Throwable {
    while (true) {
      Frame frame = road.take();
      for (long wait = frame.due - System.nanoTime(); wait > 0; ) {
        LockSupport.parkNanos(wait);
        wait = frame.due - System.nanoTime();
      }
      if (!cut) {
        MemorySegment bytes = MemorySegment.ofBuffer(frame.bytes);
        long _ = (long) SEND.invokeExact(to, bytes, bytes.byteSize(), 0);
      }
    }
  }

  private interface Loop {
    void run() throws Throwable;
  }

  private static void start(Loop loop) {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            loop.run();
          } catch (Throwable e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static int open(String name) throws Throwable {
    int socket = (int) SOCKET.invokeExact(AF_PACKET, SOCK_RAW, (int) ALL_PROTOCOLS);
    require(socket, "socket");
    MemorySegment one = Arena.global().allocateFrom(ValueLayout.JAVA_INT, 1);
    for (int option : new int[] {PACKET_IGNORE_OUTGOING, PACKET_VNET_HDR}) {
      require((int) SET_OPTION.invokeExact(socket, SOL_PACKET, option, one, 4), "setsockopt");
    }
    MemorySegment address = Arena.global().allocate(20, 4); // sockaddr_ll
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_PACKET);
    address.set(ValueLayout.JAVA_SHORT, 2, ALL_PROTOCOLS);
    address.set(ValueLayout.JAVA_INT, 4, index(name));
    require((int) BIND.invokeExact(socket, address, 20), "bind");
    return socket;
  }

  private static int index(String name) throws Throwable {
    int index = (int) INDEX.invokeExact(Arena.global().allocateFrom(name));
    require(index - 1, "if_nametoindex");
    return index;
  }

  private static void require(int result, String call) throws IOException {
    if (result < 0) {
      throw new IOException(call + " failed");
    }
  }

  private static MethodHandle libc(String name, ValueLayout.OfInt type, int count) {
    ValueLayout[] arguments = new ValueLayout[count];
    java.util.Arrays.fill(arguments, type);
    return find(name, FunctionDescriptor.of(type, arguments));
  }

  private static MethodHandle withAddress(String name, ValueLayout.OfInt type) {
    return find(name, FunctionDescriptor.of(type, type, ValueLayout.ADDRESS, type));
  }

  private static MethodHandle transfer(String name) {
    return find(
        name,
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT));
  }

  @SuppressWarnings("restricted") // the tests run with native access
  private static MethodHandle find(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }
}
