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
import java.lang.invoke.MethodHandleProxies;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A program that carries Ethernet frames between two interfaces, late, lossy or not at all: not
/// every kernel has netem. Told by lines on its input: `delay MILLIS`, `loss PERCENT` (both for
/// each direction), `cut`. Ends with its input.
///
/// Packet sockets (packet(7)) see each frame with a header of ten bytes (PACKET_VNET_HDR) that says
/// what the sending kernel left to the network card; sent on with it, checksums and segmentation
/// come out right.
public final class Bridge {
  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final short ALL_PROTOCOLS = 0x0300; // ETH_P_ALL, big-endian
  private static final int SOL_PACKET = 263;
  private static final int PACKET_VNET_HDR = 15;
  private static final int PACKET_IGNORE_OUTGOING = 23;
  private static final int LARGEST = 128 << 10;

  private static final ValueLayout INT = ValueLayout.JAVA_INT;
  private static final ValueLayout LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout POINTER = ValueLayout.ADDRESS;
  private static final MethodHandle SOCKET = libc("socket", INT, INT, INT, INT);
  private static final MethodHandle BIND = libc("bind", INT, INT, POINTER, INT);
  private static final MethodHandle OPTION = libc("setsockopt", INT, INT, INT, INT, POINTER, INT);
  private static final MethodHandle INDEX = libc("if_nametoindex", INT, POINTER);
  private static final Transfer RECEIVE = transfer("recv");
  private static final Transfer SEND = transfer("send");

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
        default -> throw new IllegalArgumentException(line);
      }
      System.out.println("DONE " + line);
    }
    System.exit(0); // the carriers are inside the kernel
  }

  /// recv(2) and send(2); public for [MethodHandleProxies].
  public interface Transfer {
    long call(int socket, MemorySegment bytes, long length, int flags);
  }

  private record Frame(ByteBuffer bytes, long due) {}

  /// One direction: frames leave in the order in which they came.
  private static void carry(int from, int to) {
    BlockingQueue<Frame> road = new LinkedBlockingQueue<>();
    Thread.ofPlatform().daemon().start(() -> receive(from, road));
    Thread.ofPlatform().daemon().start(new FutureTask<>(() -> deliver(to, road)));
  }

  private static void receive(int from, BlockingQueue<Frame> road) {
    MemorySegment buffer = Arena.global().allocate(LARGEST);
    while (true) {
      long length = RECEIVE.call(from, buffer, buffer.byteSize(), 0);
      boolean lost = ThreadLocalRandom.current().nextInt(100) < lossPercent;
      if (length > 0 && !lost) {
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) length);
        MemorySegment.ofBuffer(bytes).copyFrom(buffer.asSlice(0, length));
        road.add(new Frame(bytes, System.nanoTime() + delayNanos));
      }
    }
  }

  private static Void deliver(int to, BlockingQueue<Frame> road) throws InterruptedException {
    while (true) {
      Frame frame = road.take();
      for (long wait = frame.due - System.nanoTime(); wait > 0; ) {
        LockSupport.parkNanos(wait);
        wait = frame.due - System.nanoTime();
      }
      if (!cut) {
        MemorySegment bytes = MemorySegment.ofBuffer(frame.bytes);
        long _ = SEND.call(to, bytes, bytes.byteSize(), 0);
      }
    }
  }

  private static int open(String name) throws Throwable {
    int socket = (int) SOCKET.invokeExact(AF_PACKET, SOCK_RAW, (int) ALL_PROTOCOLS);
    require(socket, "socket");
    MemorySegment one = Arena.global().allocateFrom(ValueLayout.JAVA_INT, 1);
    for (int option : new int[] {PACKET_IGNORE_OUTGOING, PACKET_VNET_HDR}) {
      require((int) OPTION.invokeExact(socket, SOL_PACKET, option, one, 4), "setsockopt");
    }
    MemorySegment address = Arena.global().allocate(20, 4); // sockaddr_ll
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_PACKET);
    address.set(ValueLayout.JAVA_SHORT, 2, ALL_PROTOCOLS);
    address.set(
        ValueLayout.JAVA_INT, 4, (int) INDEX.invokeExact(Arena.global().allocateFrom(name)));
    require((int) BIND.invokeExact(socket, address, 20), "bind");
    return socket;
  }

  private static void require(int result, String call) throws IOException {
    if (result < 0) {
      throw new IOException(call + " failed");
    }
  }

  private static Transfer transfer(String name) {
    return MethodHandleProxies.asInterfaceInstance(
        Transfer.class, libc(name, LONG, INT, POINTER, LONG, INT));
  }

  @SuppressWarnings("restricted") // the tests run with native access
  private static MethodHandle libc(String name, ValueLayout result, ValueLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
  }
}
