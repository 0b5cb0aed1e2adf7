package dev.hangup.bench;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.Protocol;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// One client of `soak`: asks one thing after the other, and hangs up on three of ten. For one
/// thread.
final class SoakClient implements AutoCloseable {
  private static final int HANG_UPS = 30;
  private static final int MOST_OF_A_CONNECTION = 200;

  private final ServerProcess server;
  private final Random random;
  private final Tally tally;
  private @Nullable SoakVisit visit;
  private int asked;

  /// What became of all requests.
  static final class Tally {
    final LongAdder answered = new LongAdder();
    final LongAdder left = new LongAdder();
    final LongAdder wrong = new LongAdder();
  }

  SoakClient(ServerProcess server, long seed, Tally tally) {
    this.server = server;
    this.random = new Random(seed);
    this.tally = tally;
  }

  /// One request. A wrong answer is counted and told.
  void turn() throws IOException {
    SoakVisit current = visit;
    if (current == null || asked >= MOST_OF_A_CONNECTION) {
      close();
      current = connect();
      visit = current;
      asked = 0;
    }
    asked++;
    try {
      if (random.nextInt(100) < HANG_UPS) {
        leave(current);
      } else {
        current.askAndCheck(random.nextInt(SoakVisit.KINDS));
        tally.answered.increment();
      }
    } catch (IOException | IllegalStateException failure) {
      tally.wrong.increment();
      System.err.println("hangup-bench: soak: " + failure);
      close();
    }
  }

  private SoakVisit connect() throws IOException {
    Protocol[] all = Protocol.values();
    Protocol protocol = all[random.nextInt(all.length)];
    InetSocketAddress address = server.address(protocol);
    return SoakVisit.connect(address, protocol);
  }

  private void leave(SoakVisit leaving) throws IOException {
    leaving.ask(random.nextInt(SoakVisit.KINDS));
    if (random.nextBoolean()) {
      leaving.awaitBeginning();
    }
    tally.left.increment();
    Leaving manner = manner(leaving);
    leaving.leave(manner);
    if (!(manner instanceof Leaving.StreamReset)) {
      visit = null;
    }
  }

  private Leaving manner(SoakVisit leaving) {
    return switch (random.nextInt(leaving.isHttp2() ? 4 : 2)) {
      case 0 -> new Leaving.Close();
      case 1 -> new Leaving.Reset();
      default -> new Leaving.StreamReset();
    };
  }

  @Override
  public void close() throws IOException {
    SoakVisit current = visit;
    visit = null;
    if (current != null) {
      current.leave(new Leaving.Close());
    }
  }
}
