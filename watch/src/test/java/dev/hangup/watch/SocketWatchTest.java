package dev.hangup.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hangup.CancelReason;
import dev.hangup.Observability;
import dev.hangup.Registration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketWatchTest {
  private static final CancelReason CLOSED = new CancelReason.ClientClosed();
  private static final CancelReason RESET = new CancelReason.ClientReset();

  private final BlockingQueue<CancelReason> told = new LinkedBlockingQueue<>();
  private final SocketWatch watch = SocketWatch.open(o -> o.withPatience(Duration.ZERO));
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() throws IOException {
    watch.close();
    server.close();
  }

  private Registration watch(Pair pair) {
    return watch.onHangUp(pair.local(), pair.remote(), told::add);
  }

  private CancelReason awaitTold() throws InterruptedException {
    return told.poll(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10_000})
  void closeIsTold(int unread) throws Exception {
    try (Pair pair = Pair.connect(server);
        Registration _ = watch(pair)) {
      pair.client.getOutputStream().write(new byte[unread]);
      pair.client.close();
      assertThat(awaitTold()).isEqualTo(CLOSED);
      assertThat(watch.look(pair.local(), pair.remote())).contains(CLOSED);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10_000})
  void resetIsTold(int unread) throws Exception {
    try (Pair pair = Pair.connect(server);
        Registration _ = watch(pair)) {
      pair.client.getOutputStream().write(new byte[unread]);
      pair.reset();
      assertThat(awaitTold()).isEqualTo(RESET);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"::1", "127.0.0.1"})
  void eitherFamilyIsSeenThroughOneListener(String address) throws Exception {
    try (ServerSocket any = new ServerSocket(0);
        Pair pair = Pair.connect(any, InetAddress.getByName(address));
        Registration _ = watch(pair)) {
      assertThat(watch.look(pair.local(), pair.remote())).isEmpty();
      pair.client.close();
      assertThat(awaitTold()).isEqualTo(CLOSED);
    }
  }

  @Test
  void dataWakesNobody() throws Exception {
    try (Pair pair = Pair.connect(server);
        Registration _ = watch(pair)) {
      pair.client.getOutputStream().write(new byte[1_000]);
      assertThat(pair.connection.getInputStream().readNBytes(1_000)).hasSize(1_000);
      assertThat(told).isEmpty();
      pair.client.close();
      assertThat(awaitTold()).isEqualTo(CLOSED);
    }
    assertThat(told).isEmpty();
  }

  @Test
  void clientThatLeftBeforeIsTold() throws Exception {
    try (Pair closed = Pair.connect(server);
        Pair reset = Pair.connect(server)) {
      closed.client.close();
      reset.reset();
      try (Registration _ = watch(closed)) {
        assertThat(awaitTold()).isEqualTo(CLOSED);
      }
      try (Registration _ = watch(reset)) {
        assertThat(awaitTold()).isEqualTo(RESET);
      }
    }
  }

  @Test
  void serverThatClosesTheSocketItselfIsTold() throws Exception {
    try (Pair pair = Pair.connect(server);
        Registration _ = watch(pair)) {
      pair.connection.close();
      assertThat(awaitTold()).isEqualTo(CLOSED);
    }
  }

  @Test
  void allWatchesOfAConnectionAreTold() throws Exception {
    try (Pair pair = Pair.connect(server);
        Registration _ = watch(pair);
        Registration _ = watch(pair)) {
      watch(pair).close();
      assertThat(epoll().watched()).isEqualTo(1);
      pair.client.close();
      assertThat(awaitTold()).isEqualTo(CLOSED);
      assertThat(awaitTold()).isEqualTo(CLOSED);
    }
    assertThat(epoll().watched()).isZero();
    assertThat(told).isEmpty();
  }

  @Test
  void whatWasPipelinedBehindAHangUpIsToldAtOnce() throws Exception {
    try (SocketWatch patient = SocketWatch.open(o -> o.withPatience(Duration.ofMinutes(1)));
        Pair pair = Pair.connect(server)) {
      try (Registration _ = watch(pair)) {
        pair.client.close();
        assertThat(awaitTold()).isEqualTo(CLOSED);
      }
      try (Registration _ = watch(pair)) {
        assertThat(told.poll()).isEqualTo(CLOSED);
      }
      try (Registration _ = patient.onHangUp(pair.local(), pair.remote(), told::add)) {
        assertThat(told).isEmpty(); // it has not seen the other
      }
    }
  }

  @Test
  void halfClosedClientMayWait() throws Exception {
    try (SocketWatch tolerant =
            SocketWatch.open(o -> o.withPatience(Duration.ZERO).withHalfClose(true));
        Pair pair = Pair.connect(server);
        Registration _ = tolerant.onHangUp(pair.local(), pair.remote(), told::add)) {
      pair.client.shutdownOutput();
      assertThat(pair.connection.getInputStream().read()).isEqualTo(-1);
      assertThat(tolerant.look(pair.local(), pair.remote())).isEmpty();
      pair.connection.getOutputStream().write('!');
      assertThat(pair.client.getInputStream().read()).isEqualTo('!');
      assertThat(told).isEmpty();
      pair.reset();
      assertThat(awaitTold()).isNotNull();
    }
  }

  @Test
  void unknownConnectionIsGoneOnlyWhereItsAddressesAreSure() throws Exception {
    InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    try (Registration _ = watch.onHangUpIfFound(nobody, nobody, told::add)) {
      assertThat(told).isEmpty();
    }
    try (Registration _ = watch.onHangUp(nobody, nobody, told::add)) {
      assertThat(awaitTold()).isEqualTo(RESET);
    }
  }

  @Test
  void whoIsPatientIsToldLater() throws Exception {
    try (SocketWatch patient = SocketWatch.open(o -> o.withPatience(Duration.ofMillis(20)));
        Pair pair = Pair.connect(server);
        Registration _ = patient.onHangUp(pair.local(), pair.remote(), told::add)) {
      pair.client.close();
      assertThat(awaitTold()).isEqualTo(CLOSED);
    }
  }

  @Test
  void requestsThatEndSoonNeverReachTheKernel() throws Exception {
    try (SocketWatch patient = SocketWatch.open(o -> o.withPatience(Duration.ofMillis(500)));
        Pair pair = Pair.connect(server)) {
      EpollWatcher watcher = (EpollWatcher) patient.watcher();
      int before = watcher.remembered(); // from its trial
      for (int i = 0; i < 10_000; i++) {
        patient.onHangUp(pair.local(), pair.remote(), told::add).close();
      }
      assertThat(watcher.watched()).isZero();
      Await.until(() -> watcher.waiting() == 0);
      assertThat(watcher.remembered()).isEqualTo(before);
    }
    assertThat(told).isEmpty();
  }

  @Test
  void endsAreAskedForOnlyOfWhoLasts() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (SocketWatch patient = SocketWatch.open(o -> o.withPatience(Duration.ofMillis(300)));
        Pair pair = Pair.connect(server)) {
      Supplier<Optional<Ends>> ends =
          () -> {
            asked.incrementAndGet();
            return Optional.of(new Ends(pair.local(), pair.remote()));
          };
      EpollWatcher watcher = (EpollWatcher) patient.watcher();
      Await.until(() -> watcher.departed() == 0); // that of its trial
      for (int i = 0; i < 100; i++) {
        patient.onHangUp(ends, told::add).close();
      }
      Await.until(() -> watcher.waiting() == 0);
      int before = asked.get();
      assertThat(before).isLessThan(50); // else the machine is very slow
      try (Registration _ = patient.onHangUp(ends, told::add)) {
        pair.client.close();
        assertThat(awaitTold()).isEqualTo(CLOSED);
      }
      assertThat(asked).hasValue(before + 1);
    }
  }

  @Test
  void connectionWhoseEndsCannotBeToldIsNotWatched() throws Exception {
    try (Pair pair = Pair.connect(server);
        Registration _ = watch.onHangUp(Optional::empty, told::add);
        Registration _ =
            watch.onHangUp(
                () -> {
                  throw new IllegalStateException("a test");
                },
                told::add);
        Registration _ = watch(pair)) {
      pair.client.close();
      assertThat(awaitTold()).isEqualTo(CLOSED);
    }
    assertThat(told).isEmpty();
  }

  @Test
  void departedClientIsForgottenOnceItsSocketIsClosed() throws Exception {
    try (Pair pair = Pair.connect(server);
        Registration _ = watch(pair)) {
      pair.client.close();
      assertThat(awaitTold()).isEqualTo(CLOSED);
      assertThat(epoll().departed()).isPositive();
    }
    Await.until(() -> epoll().departed() == 0);
  }

  @Test
  void closedWatchesAreForgottenHoweverLongThePatience() throws Exception {
    try (SocketWatch patient = SocketWatch.open(o -> o.withPatience(Duration.ofHours(1)));
        Pair pair = Pair.connect(server);
        Registration _ = patient.onHangUp(pair.local(), pair.remote(), told::add)) {
      for (int i = 0; i < 1_000; i++) {
        patient.onHangUp(pair.local(), pair.remote(), told::add).close();
      }
      EpollWatcher watcher = (EpollWatcher) patient.watcher();
      Await.until(() -> watcher.waiting() == 1);
    }
  }

  @Test
  void closedWatchTellsNobody() throws Exception {
    SocketWatch over = SocketWatch.open(o -> o.withPatience(Duration.ZERO));
    try (Pair pair = Pair.connect(server);
        Registration _ = over.onHangUp(pair.local(), pair.remote(), told::add)) {
      over.close();
      over.close();
      try (Registration _ = over.onHangUp(pair.local(), pair.remote(), told::add)) {
        assertThat(over.observability()).isEqualTo(Observability.WRITE_ONLY);
        assertThat(over.look(pair.local(), pair.remote())).isEmpty();
        try (Registration _ = watch(pair)) {
          pair.client.close();
          assertThat(awaitTold()).isEqualTo(CLOSED); // by the one that is open
        }
      }
    }
    assertThat(told).isEmpty();
  }

  @Test
  void actionThatFailsHurtsNobodyElse() throws Exception {
    try (Pair pair = Pair.connect(server);
        Registration _ =
            watch.onHangUp(
                pair.local(),
                pair.remote(),
                _ -> {
                  throw new IllegalStateException("an action that fails");
                });
        Registration _ = watch(pair)) {
      pair.client.close();
      assertThat(awaitTold()).isEqualTo(CLOSED);
    }
  }

  @Test
  void actionMayCloseItsOwnRegistration() throws Exception {
    CompletableFuture<Registration> registration = new CompletableFuture<>();
    try (Pair pair = Pair.connect(server)) {
      registration.complete(
          watch.onHangUp(
              pair.local(),
              pair.remote(),
              reason -> {
                registration.join().close();
                told.add(reason);
              }));
      pair.client.close();
      assertThat(awaitTold()).isEqualTo(CLOSED);
    }
  }

  @Test
  void saysHowItSees() {
    assertThat(watch.observability()).isEqualTo(Observability.FULL);
    assertThat(watch).hasToString("epoll");
  }

  @Test
  void badInputIsNamed() {
    assertThatThrownBy(() -> SocketWatch.open(o -> o.withPatience(Duration.ofMillis(-1))))
        .hasMessage("patience: PT-0.001S (expected: 0 to PT1H)");
    InetSocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere.invalid", 80);
    assertThatThrownBy(() -> watch.onHangUp(unresolved, unresolved, told::add))
        .hasMessageStartingWith("local: nowhere.invalid");
  }

  private EpollWatcher epoll() {
    return (EpollWatcher) watch.watcher();
  }
}
