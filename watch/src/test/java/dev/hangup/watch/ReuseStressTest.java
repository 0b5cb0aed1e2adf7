package dev.hangup.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.Registration;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Races of what is used again: ends, connections, descriptors.
class ReuseStressTest {
  private static final CancelReason RESET = new CancelReason.ClientReset();

  private final InetAddress loopback = InetAddress.getLoopbackAddress();

  /// The server still holds the socket that was reset.
  @Test
  void sameEndsOfAnotherConnectionAreNotTakenForIt() throws Exception {
    int reused = 0;
    try (SocketWatch watch = SocketWatch.open(o -> o.withPatience(Duration.ZERO));
        ServerSocket server = new ServerSocket(0, 50, loopback)) {
      for (int round = 0; round < 300; round++) {
        BlockingQueue<CancelReason> first = new LinkedBlockingQueue<>();
        try (Pair old = Pair.connect(server);
            Registration _ = watch.onHangUp(old.local(), old.remote(), first::add)) {
          old.reset();
          assertThat(first.poll(30, TimeUnit.SECONDS)).isEqualTo(RESET);
          reused += again(watch, server, old.remote());
        }
      }
    }
    assertThat(reused).isGreaterThan(50);
  }

  private int again(SocketWatch watch, ServerSocket server, InetSocketAddress remote)
      throws Exception {
    BlockingQueue<CancelReason> told = new LinkedBlockingQueue<>();
    try (Pair pair = Pair.connectFrom(remote, server);
        Registration _ = watch.onHangUp(pair.local(), pair.remote(), told::add)) {
      assertThat(pair.remote()).isEqualTo(remote);
      assertThat(watch.look(pair.local(), pair.remote())).isEmpty();
      assertThat(told).isEmpty();
      pair.reset();
      assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(RESET);
      return 1;
    } catch (BindException e) {
      return 0; // somebody else on this machine has it now
    }
  }

  /// Requests begin and end on it, from four threads, while its client leaves.
  @Test
  void requestsOfAConnectionAreToldOnceEach() throws Exception {
    AtomicInteger wrong = new AtomicInteger();
    try (SocketWatch watch = SocketWatch.open(o -> o.withPatience(Duration.ZERO));
        ServerSocket server = new ServerSocket(0, 50, loopback)) {
      for (int round = 0; round < 300; round++) {
        try (Pair pair = Pair.connect(server)) {
          List<Thread> threads = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofVirtual().start(() -> requests(watch, pair, wrong)));
          }
          pair.client.close();
          for (Thread thread : threads) {
            thread.join();
          }
        }
      }
      EpollWatcher watcher = (EpollWatcher) watch.watcher();
      assertThat(watcher.watched()).isZero();
    }
    assertThat(wrong).hasValue(0);
  }

  /// Some that end soon, and one that waits to be told.
  private static void requests(SocketWatch watch, Pair pair, AtomicInteger wrong) {
    for (int i = 0; i < 5; i++) {
      AtomicInteger told = new AtomicInteger();
      Registration request =
          watch.onHangUp(pair.local(), pair.remote(), _ -> told.incrementAndGet());
      request.close();
      wrong.addAndGet(told.get() > 1 ? 1 : 0);
    }
    BlockingQueue<CancelReason> told = new LinkedBlockingQueue<>();
    try (Registration _ = watch.onHangUp(pair.local(), pair.remote(), told::add)) {
      boolean heard = told.poll(30, TimeUnit.SECONDS) != null;
      wrong.addAndGet(heard && told.isEmpty() ? 0 : 1);
    } catch (InterruptedException e) {
      wrong.incrementAndGet();
    }
  }

  /// As one that reads HTTP/2 does: the kernel may forget the socket before it has told us.
  @Test
  void serverThatIsFasterThanTheKernelHidesNothing() throws Exception {
    BlockingQueue<CancelReason> told = new LinkedBlockingQueue<>();
    int rounds = 2_000;
    List<Registration> requests = new ArrayList<>();
    try (SocketWatch watch = SocketWatch.open(o -> o.withPatience(Duration.ZERO));
        ServerSocket server = new ServerSocket(0, 50, loopback)) {
      for (int round = 0; round < rounds; round++) {
        Pair pair = Pair.connect(server);
        requests.add(watch.onHangUp(pair.local(), pair.remote(), told::add));
        pair.close();
      }
      for (int round = 0; round < rounds; round++) {
        assertThat(told.poll(30, TimeUnit.SECONDS)).isNotNull();
      }
      requests.forEach(Registration::close);
      assertThat(((EpollWatcher) watch.watcher()).watched()).isZero();
    }
    assertThat(told).isEmpty();
  }

  /// `getpeername` does not work on them any more.
  @Test
  void resetsBeforeTheWatchBeganAreTold() throws Exception {
    for (Duration patience : List.of(Duration.ZERO, Duration.ofMillis(1))) {
      BlockingQueue<CancelReason> told = new LinkedBlockingQueue<>();
      try (SocketWatch watch = SocketWatch.open(o -> o.withPatience(patience));
          ServerSocket server = new ServerSocket(0, 50, loopback);
          Pair stays = Pair.connect(server);
          Registration _ = watch.onHangUp(stays.local(), stays.remote(), told::add)) {
        for (int round = 0; round < 500; round++) {
          try (Pair pair = Pair.connect(server)) {
            boolean early = ThreadLocalRandom.current().nextBoolean();
            if (early) {
              pair.reset();
            }
            try (Registration _ = watch.onHangUp(pair.local(), pair.remote(), told::add)) {
              if (!early) {
                pair.reset();
              }
              assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(RESET);
            }
          }
        }
      }
      assertThat(told).isEmpty();
    }
  }
}
