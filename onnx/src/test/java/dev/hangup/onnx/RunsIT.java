package dev.hangup.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.CancelledException;
import dev.hangup.Fork;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// Runs that are cancelled at any moment.
class RunsIT {
  private static final int ROUNDS = 1_500;
  private static final int WARM_UP = 500;
  private static final int LEAK_MIB = 150; // what its arena may still grow by
  private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

  private final CancellableSession model = CancellableSession.wrap(MiniLm.SESSION);
  private final Random random = new Random(7);

  /// The run of a few sentences takes some 20 ms: many rounds end before their cancel, some do not
  /// begin.
  @Test
  void cancelsAtAnyMomentHitTheirRunAndNoOther() throws Exception {
    int cancelled = 0;
    long[] micros = new long[ROUNDS];
    long resident = 0;
    try (MiniLm.Sentences few = MiniLm.sentences(4, 32);
        MiniLm.Sentences one = MiniLm.sentences(1, 4)) {
      float[] expected = vector(one);
      for (int round = 0; round < ROUNDS; round++) {
        resident = round == WARM_UP ? Busy.residentMiB() : resident;
        long stopped = cancelled(few);
        if (stopped >= 0) {
          micros[cancelled++] = stopped;
        }
        // The next run, on the same session, is whole.
        assertThat(vector(one)).isEqualTo(expected);
      }
    }
    long grown = Busy.residentMiB() - resident;
    Arrays.sort(micros, 0, cancelled);
    System.out.printf(
        "ONNX: %d runs, %d cancelled, 0 others hit; cancel to return p50 %.1f ms, p99 %.1f ms; "
            + "resident memory +%d MiB%n",
        ROUNDS, cancelled, micros[cancelled / 2] / 1e3, micros[cancelled * 99 / 100] / 1e3, grown);
    assertThat(cancelled).isGreaterThan(ROUNDS / 5);
    assertThat(grown).isLessThan(LEAK_MIB);
  }

  /// One run in a scope that is cancelled after a random time; the µs until it had ended, or -1
  /// where it was whole before.
  private long cancelled(MiniLm.Sentences sentences) throws Exception {
    try (CancelScope scope = CancelScope.open()) {
      Fork<Integer> run = scope.fork(() -> sizeOf(sentences));
      LockSupport.parkNanos(random.nextLong(LONGEST_PAUSE));
      long left = System.nanoTime();
      scope.cancel(new CancelReason.Application("left"));
      try {
        run.join();
        return -1;
      } catch (CancelledException expected) {
        return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - left);
      }
    }
  }

  private int sizeOf(MiniLm.Sentences sentences) throws OrtException {
    try (OrtSession.Result result = model.run(sentences.inputs)) {
      return result.size();
    }
  }

  private float[] vector(MiniLm.Sentences sentences) throws OrtException {
    try (OrtSession.Result result = model.run(sentences.inputs)) {
      return MiniLm.vector(result);
    }
  }
}
