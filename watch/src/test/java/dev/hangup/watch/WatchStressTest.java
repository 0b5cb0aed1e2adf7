package dev.hangup.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.Registration;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// Races of a watch, thousands of times: descriptors come and go all the while, and are reused. A
/// hang-up that is missed ends in the time limit.
class WatchStressTest {
  private static final int ROUNDS = 3_000;

  @Test
  void noActionAfterTheCloseOfItsRegistration() throws Exception {
    AtomicInteger late = new AtomicInteger();
    AtomicInteger told = new AtomicInteger();
    try (SocketWatch watch = SocketWatch.open(o -> o.withPatience(Duration.ZERO));
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      for (int round = 0; round < ROUNDS; round++) {
        try (Pair pair = Pair.connect(server)) {
          AtomicBoolean closed = new AtomicBoolean();
          Registration registration =
              watch.onHangUp(
                  pair.local(),
                  pair.remote(),
                  _ -> {
                    told.incrementAndGet();
                    if (closed.get()) {
                      late.incrementAndGet();
                    }
                  });
          pair.client.close();
          LockSupport.parkNanos(round % 64 * 2_000L);
          registration.close();
          closed.set(true);
        }
      }
      EpollWatcher watcher = (EpollWatcher) watch.watcher();
      assertThat(watcher.watched()).isZero();
    }
    assertThat(late).hasValue(0);
    assertThat(told.get()).isPositive(); // else the race was never near
  }

  /// A server's connection is closed, and its ends belong to another, while a request of it is
  /// about to be asked for them.
  @Test
  void endsThatAreAskedForLateAreNoOthers() throws Exception {
    AtomicInteger wrong = new AtomicInteger();
    AtomicInteger asked = new AtomicInteger();
    try (SocketWatch watch = SocketWatch.open(o -> o.withPatience(Duration.ofMillis(1)));
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      for (int round = 0; round < ROUNDS; round++) {
        AtomicBoolean over = new AtomicBoolean();
        AtomicBoolean left = new AtomicBoolean();
        try (Pair pair = Pair.connect(server)) {
          Registration request =
              watch.onHangUp(
                  () -> {
                    asked.incrementAndGet();
                    return Optional.of(new Ends(pair.local(), pair.remote()));
                  },
                  _ -> {
                    if (over.get() || !left.get()) {
                      wrong.incrementAndGet();
                    }
                  });
          LockSupport.parkNanos(500_000 + round % 64 * 16_000L); // about the patience
          left.set(round % 2 == 0);
          if (round % 2 == 0) {
            pair.client.close();
          }
          request.close();
          over.set(true);
        }
      }
      assertThat(((EpollWatcher) watch.watcher()).watched()).isZero();
    }
    assertThat(wrong).hasValue(0);
    assertThat(asked.get()).isBetween(ROUNDS / 20, ROUNDS); // else the race was never near
  }

  @Test
  void nobodyIsToldOfAnothersHangUp() throws Exception {
    AtomicInteger wrong = new AtomicInteger();
    try (SocketWatch watch = SocketWatch.open(o -> o.withPatience(Duration.ofMillis(1)));
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Pair stays = Pair.connect(server);
        Registration _ =
            watch.onHangUp(stays.local(), stays.remote(), _ -> wrong.incrementAndGet())) {
      for (int round = 0; round < ROUNDS; round++) {
        boolean leaves = round % 3 == 0;
        AtomicBoolean told = new AtomicBoolean();
        try (Pair pair = Pair.connect(server);
            Registration _ = watch.onHangUp(pair.local(), pair.remote(), _ -> told.set(true))) {
          if (leaves && round % 2 == 0) {
            pair.reset();
          } else if (leaves) {
            pair.client.close();
          } else if (told.get()) {
            wrong.incrementAndGet();
          }
          if (leaves) {
            Await.until(told::get);
          }
        }
      }
    }
    assertThat(wrong).hasValue(0);
  }
}
