package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlushBatchTest {
  private static final int ROUNDS = 20_000;
  private static final int ADDERS = 3;
  private static final int TASKS = 2;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel channel = new NioSocketChannel();
  private final ServerContext context = new ServerContext((_, _) -> {}, ServerOptions.DEFAULTS);
  private final FlushBatch batch = new FlushBatch(context, channel);

  @BeforeEach
  void register() throws InterruptedException {
    loops.register(channel).sync();
  }

  @AfterEach
  void stop() throws InterruptedException {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  /// Whoever adds just when the loop has found nothing more is not forgotten.
  @Test
  void everyTaskRunsOnceInItsAddersOrder() throws Exception {
    Phaser round = new Phaser(ADDERS);
    CountDownLatch left = new CountDownLatch(ROUNDS * ADDERS * TASKS);
    List<List<Integer>> seen = new ArrayList<>();
    for (int i = 0; i < ADDERS; i++) {
      List<Integer> own = new ArrayList<>(); // only the event loop's
      seen.add(own);
      Thread.ofPlatform().daemon().start(() -> addInRounds(round, own, left));
    }
    assertThat(left.await(60, TimeUnit.SECONDS)).as("tasks that never ran: %s", left).isTrue();
    for (List<Integer> own : seen) {
      assertThat(own).hasSize(ROUNDS * TASKS).isSorted();
    }
  }

  private void addInRounds(Phaser round, List<Integer> seen, CountDownLatch left) {
    for (int i = 0; i < ROUNDS; i++) {
      round.arriveAndAwaitAdvance();
      for (int k = 0; k < TASKS; k++) {
        int number = i * TASKS + k;
        batch.add(() -> {
          seen.add(number);
          left.countDown();
        });
      }
    }
  }

  @Test
  void onTheLoopItRunsAtOnceUnlessOthersWait() throws Exception {
    List<String> ran = new ArrayList<>();
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch added = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    channel
        .eventLoop()
        .execute(() -> {
          batch.add(() -> ran.add("at once"));
          ran.add("then");
          held.countDown();
          awaitUninterruptibly(added);
          batch.add(() -> {
            ran.add("after it");
            done.countDown();
          });
          ran.add("before");
        });
    assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
    batch.add(() -> ran.add("another thread's"));
    added.countDown();
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(ran).containsExactly("at once", "then", "before", "another thread's", "after it");
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
