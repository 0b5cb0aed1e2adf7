package dev.hangup.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.CancelledException;
import dev.hangup.Fork;
import dev.hangup.Hangup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CancellableSessionTest {
  private static final CancelReason LEFT = new CancelReason.Application("left");
  private static MiniLm.Sentences one;
  private static MiniLm.Sentences some; // a second of work
  private static MiniLm.Sentences many; // ten

  private final CancellableSession model = CancellableSession.wrap(MiniLm.SESSION);

  @BeforeAll
  static void load() throws OrtException {
    one = MiniLm.sentences(1, 8);
    some = MiniLm.sentences(32, 128);
    many = MiniLm.sentences(256, 128);
  }

  @AfterAll
  static void release() {
    one.close();
    some.close();
    many.close();
  }

  @Test
  void hangUpEndsTheNativeCall() throws Exception {
    float[] before = embed(one);
    try (CancelScope scope = CancelScope.open()) {
      CountDownLatch begun = new CountDownLatch(1);
      AtomicBoolean interrupted = new AtomicBoolean();
      Fork<?> run = scope.fork(() -> runNoting(begun, interrupted));
      begun.await();
      awaitInferenceBusy();
      long left = System.nanoTime();
      scope.cancel(LEFT);
      CancelledException stopped = catchThrowableOfType(CancelledException.class, run::join);
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - left);
      System.out.println("native call returned " + millis + " ms after the cancel");
      assertThat(stopped.reason()).isEqualTo(LEFT);
      assertThat(stopped).hasCauseInstanceOf(OrtException.class);
      assertThat(stopped.getCause()).hasMessageContaining("terminate");
      assertThat(interrupted).isFalse();
    }
    assertThat(embed(one)).isEqualTo(before);
  }

  private OrtSession.Result runNoting(CountDownLatch begun, AtomicBoolean interrupted)
      throws OrtException {
    return model.run((session, options) -> {
      begun.countDown();
      try {
        return session.run(many.inputs, options);
      } finally {
        interrupted.set(Thread.currentThread().isInterrupted());
      }
    });
  }

  @Test
  void deadlineEndsTheNativeCall() {
    assertThatThrownBy(
            () -> Hangup.withDeadline(Duration.ofSeconds(1), () -> model.run(many.inputs)))
        .isInstanceOfSatisfying(
            CancelledException.class,
            stopped ->
                assertThat(stopped.reason()).isInstanceOf(CancelReason.DeadlineExceeded.class))
        .hasCauseInstanceOf(OrtException.class);
  }

  @Test
  void oneRunIsEndedAndNotItsNeighbour() throws Exception {
    try (CancelScope neighbours = CancelScope.open();
        CancelScope leaving = CancelScope.open()) {
      Fork<float[]> stays = neighbours.fork(() -> embed(some));
      Fork<float[]> leaves = leaving.fork(() -> embed(many));
      awaitInferenceBusy();
      leaving.cancel(LEFT);
      assertThatThrownBy(leaves::join).isInstanceOf(CancelledException.class);
      assertThat(stays.join()).hasSize(384);
    }
  }

  @Test
  void cancelBeforeTheRunIsNotLost() throws Exception {
    try (CancelScope scope = CancelScope.open()) {
      assertThatThrownBy(() ->
              scope.call(() ->
                  model.run((session, options) -> {
                    scope.cancel(LEFT);
                    return session.run(many.inputs, options);
                  })))
          .isInstanceOf(CancelledException.class)
          .hasCauseInstanceOf(OrtException.class);
    }
  }

  @Test
  void noRunBeginsInCancelledWork() {
    AtomicBoolean begun = new AtomicBoolean();
    try (CancelScope scope = CancelScope.open()) {
      assertThatThrownBy(() ->
              scope.call(() -> {
                scope.cancel(LEFT);
                return model.run((session, options) -> {
                  begun.set(true);
                  return session.run(one.inputs, options);
                });
              }))
          .isInstanceOf(CancelledException.class)
          .hasNoCause();
    }
    assertThat(begun).isFalse();
  }

  @Test
  void resultThatComesInSpiteOfTheCancelIsClosed() {
    OnnxValue[] output = new OnnxValue[1];
    try (CancelScope scope = CancelScope.open()) {
      assertThatThrownBy(() ->
              scope.call(() ->
                  model.run((session, options) -> {
                    OrtSession.Result result = session.run(one.inputs, options);
                    output[0] = result.get(0);
                    scope.cancel(LEFT);
                    return result;
                  })))
          .isInstanceOf(CancelledException.class);
    }
    assertThat(output[0].isClosed()).isTrue();
  }

  @Test
  void someOutputs() throws Exception {
    String name = MiniLm.SESSION.getOutputNames().iterator().next();
    try (OrtSession.Result result = model.run(one.inputs, Set.of(name))) {
      assertThat(result.size()).isEqualTo(1);
    }
  }

  @Test
  void errorsAreOnnxRuntimesOwn(@TempDir Path folder) throws Exception {
    Path garbage = Files.writeString(folder.resolve("garbage.onnx"), "no model at all");
    try (CancelScope scope = CancelScope.open()) {
      scope.call(() -> {
        assertThatThrownBy(() -> open(folder.resolve("missing.onnx")))
            .isInstanceOf(OrtException.class)
            .hasMessageContaining("missing.onnx");
        assertThatThrownBy(() -> open(garbage)).isInstanceOf(OrtException.class);
        assertThatThrownBy(() -> model.run(Map.of())).isInstanceOf(OrtException.class);
        assertThatThrownBy(() -> model.run(one.inputs, Set.of("nonsense")))
            .isInstanceOf(OrtException.class)
            .hasMessageContaining("nonsense");
        return true;
      });
    }
    assertThat(embed(one)).hasSize(384);
  }

  @Test
  void nullIsRefusedByName() {
    assertThatNullPointerException()
        .isThrownBy(() -> CancellableSession.wrap(null))
        .withMessage("session");
    assertThatNullPointerException()
        .isThrownBy(() -> model.run((CancellableSession.Run) null))
        .withMessage("run");
    assertThatNullPointerException()
        .isThrownBy(() -> model.run(one.inputs, null))
        .withMessage("requestedOutputs");
  }

  private static OrtSession open(Path file) throws OrtException {
    return MiniLm.ENVIRONMENT.createSession(file.toString());
  }

  private float[] embed(MiniLm.Sentences sentences) throws OrtException {
    try (OrtSession.Result result = model.run(sentences.inputs)) {
      return MiniLm.vector(result);
    }
  }

  /// Waits until the process has computed for a while, so that the run is well under way.
  private static void awaitInferenceBusy() {
    Busy.awaitCpu(Duration.ofMillis(150));
  }
}
