package dev.hangup.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.Observability;
import dev.hangup.Registration;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where the kernel cannot be asked.
class FallbackTest {

  /// What the child does: says how it sees, and whether it was told.
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws Exception {
      BlockingQueue<CancelReason> told = new LinkedBlockingQueue<>();
      try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
          Pair pair = Pair.connect(server);
          Pair stays = Pair.connect(server);
          Registration _ = SocketWatch.shared().onHangUp(stays.local(), stays.remote(), told::add);
          Registration _ = SocketWatch.shared().onHangUp(pair.local(), pair.remote(), told::add)) {
        pair.client.close();
        System.out.println("told " + told.poll(30, TimeUnit.SECONDS) + ", then " + told.poll());
        System.out.println(SocketWatch.shared().observability());
      }
    }
  }

  @Test
  void deniedNativeAccessIsSaidAndReplaced() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--illegal-native-access=deny",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said)
        .contains("seen by /proc/net/tcp, read every 250 ms (native access is denied")
        .contains("--enable-native-access=ALL-UNNAMED")
        .contains("told client_closed, then null")
        .contains("FULL")
        .containsOnlyOnce("hang-ups on other servers' sockets are seen by");
  }

  @Test
  void pollingTellsResetsToo() throws Exception {
    BlockingQueue<CancelReason> told = new LinkedBlockingQueue<>();
    Watcher polling = new PollingWatcher(TcpTable.ofThisProcess(), "a test");
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Pair pair = Pair.connect(server)) {
      Watch watch = watch(polling, pair, told);
      assertThat(watch.isKnown()).isTrue();
      assertThat(polling.look(watch.endpoints())).isNull();
      polling.add(watch);
      pair.reset();
      assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(new CancelReason.ClientReset());
      watch.close();
    } finally {
      polling.close();
    }
  }

  private static Kernel denied() {
    throw new UnsupportedOperationException("epoll_create1 is denied");
  }

  @Test
  void deniedEpollIsReplaced() {
    Watcher watcher =
        Watchers.best(SocketWatch.Options.DEFAULTS, FallbackTest::denied, TcpTable.ofThisProcess());
    assertThat(watcher).hasToString("/proc/net/tcp, read every 250 ms (epoll_create1 is denied)");
    watcher.close();
  }

  @Test
  void sandboxWithoutProcIsBlind(@TempDir Path folder) {
    TcpTable table = new TcpTable(List.of(folder.resolve("tcp")));
    Watcher watcher = Watchers.best(SocketWatch.Options.DEFAULTS, FallbackTest::denied, table);
    assertThat(watcher).hasToString("nothing (epoll_create1 is denied)");
  }

  @Test
  void emptyTableIsFoundOutByTrial(@TempDir Path folder) throws Exception {
    Path empty = Files.writeString(folder.resolve("tcp"), "  sl  local_address rem_address\n");
    Watcher watcher =
        Watchers.best(
            SocketWatch.Options.DEFAULTS, FallbackTest::denied, new TcpTable(List.of(empty)));
    assertThat(watcher)
        .hasToString(
            "nothing (epoll_create1 is denied; /proc/net/tcp: it takes a living connection for"
                + " gone: client_reset)");
  }

  @Test
  void halfClosesAreNotGuessedFromTheTable() {
    Watcher watcher =
        Watchers.best(
            SocketWatch.Options.DEFAULTS.withHalfClose(true),
            FallbackTest::denied,
            TcpTable.ofThisProcess());
    assertThat(watcher.observability()).isEqualTo(Observability.WRITE_ONLY);
  }

  @Test
  void kernelWithoutCookiesIsFoundOutByTrial() {
    StrangeKernel kernel = new StrangeKernel();
    kernel.knowsNoCookies = true;
    Watcher watcher =
        Watchers.best(SocketWatch.Options.DEFAULTS, () -> kernel, TcpTable.ofThisProcess());
    assertThat(watcher)
        .hasToString(
            "/proc/net/tcp, read every 250 ms (it takes a living connection for gone:"
                + " client_reset)");
    watcher.close();
  }

  @Test
  void kernelThatIsFullIsAskedNowAndThen() throws Exception {
    StrangeKernel kernel = new StrangeKernel();
    kernel.isFull = true;
    BlockingQueue<CancelReason> told = new LinkedBlockingQueue<>();
    Watcher watcher = new EpollWatcher(kernel, false);
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Pair closes = Pair.connect(server);
        Pair resets = Pair.connect(server)) {
      watcher.add(watch(watcher, closes, told));
      assertThat(told.poll()).isNull();
      closes.client.close();
      assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(new CancelReason.ClientClosed());
      watcher.add(watch(watcher, resets, told));
      resets.reset();
      assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(new CancelReason.ClientReset());
    } finally {
      watcher.close();
    }
  }

  private static Watch watch(Watcher watcher, Pair pair, BlockingQueue<CancelReason> told) {
    Optional<Ends> ends = Optional.of(new Ends(pair.local(), pair.remote()));
    return new Watch(watcher, () -> ends, true, 0, told::add);
  }

  @Test
  void kernelThatFailsForEverIsGivenUp() throws Exception {
    StrangeKernel kernel = new StrangeKernel();
    Watcher watcher = new EpollWatcher(kernel, false);
    kernel.isBroken = true;
    kernel.wake();
    Await.until(() -> watcher.observability() == Observability.WRITE_ONLY);
    watcher.close();
    assertThat(kernel.calledAfterItsEnd).isFalse();
  }

  @Test
  void nothingIsAskedOfAKernelAfterItsEnd() throws Exception {
    StrangeKernel kernel = new StrangeKernel();
    BlockingQueue<CancelReason> told = new LinkedBlockingQueue<>();
    Watcher watcher = new EpollWatcher(kernel, false);
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Pair pair = Pair.connect(server)) {
      Watch before = watch(watcher, pair, told);
      watcher.add(before);
      watcher.close();
      watcher.add(watch(watcher, pair, told));
      watcher.look(before.endpoints());
      Optional<Ends> ends = Optional.of(new Ends(pair.local(), pair.remote()));
      watcher.add(new Watch(watcher, () -> ends, true, 1_000_000, told::add));
      before.close();
    }
    assertThat(kernel.calledAfterItsEnd).isFalse(); // its descriptors are others' by now
    assertThat(told).isEmpty();
  }

  @Test
  void tableIsReadInBothFamilies(@TempDir Path folder) throws Exception {
    Path tcp =
        Files.writeString(
            folder.resolve("tcp"),
            """
              sl  local_address rem_address   st
               0: 0100007F:1F90 0100007F:D431 01 00000000:0
            """);
    Path tcp6 =
        Files.writeString(
            folder.resolve("tcp6"),
            """
              sl  local_address rem_address   st
               0: 00000000000000000000000001000000:1F90 00000000000000000000000001000000:D431 08 0:0
               1: 0000000000000000FFFF00000100007F:1F91 0000000000000000FFFF00000100007F:D432 06 0:0
            """);
    long mapped = Endpoints.mapped(0x7f000001);
    assertThat(new TcpTable(List.of(tcp, tcp6)).states())
        .containsEntry(new Endpoints(0, mapped, 0, mapped, Endpoints.ports(8080, 0xd431)), 1)
        .containsEntry(new Endpoints(0, 1, 0, 1, Endpoints.ports(8080, 0xd431)), 8)
        .containsEntry(new Endpoints(0, mapped, 0, mapped, Endpoints.ports(8081, 0xd432)), 6);
  }

  @Test
  void blindSaysSo() throws Exception {
    BlindWatcher blind = new BlindWatcher("the system is Plan 9, not Linux");
    assertThat(blind.observability()).isEqualTo(Observability.WRITE_ONLY);
    assertThat(blind).hasToString("nothing (the system is Plan 9, not Linux)");
  }
}
