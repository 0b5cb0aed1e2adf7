package dev.hangup;

import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What is null is named, at once, and nothing is changed.
class NullsTest {
  private static final CancelScope SCOPE = CancelScope.open(o -> o.withName("nulls"));
  private static final Cancellation WORK = SCOPE.cancellation();

  static Stream<Arguments> calls() {
    return Stream.of(
        of("reason", () -> SCOPE.cancel(null)),
        of("task", () -> SCOPE.call(null)),
        of("task", () -> SCOPE.fork(null)),
        of("parent", () -> CancelScope.open(null, o -> o)),
        of("options", () -> CancelScope.open(o -> null)),
        of("name", () -> CancelScope.open(o -> o.withName(null))),
        of("deadline", () -> CancelScope.open(o -> o.withDeadline(null))),
        of("timeout", () -> CancelScope.open(o -> o.withTimeout(null))),
        of("grace", () -> CancelScope.open(o -> o.withGrace(null))),
        of("action", () -> WORK.onCancel(null)),
        of("abort", () -> WORK.abortable(null, () -> 1)),
        of("op", () -> WORK.abortable((reason, attempt) -> {}, null)),
        of("budget", () -> WORK.shielded(null, () -> 1)),
        of("op", () -> WORK.shielded(Duration.ofSeconds(1), null)),
        of("task", () -> WORK.wrap((Callable<Object>) null)),
        of("task", () -> WORK.wrap((Runnable) null)),
        of("executor", () -> WORK.wrap((ExecutorService) null)),
        of("timeout", () -> Deadline.after(null)),
        of("task", () -> Hangup.withDeadline(Duration.ofSeconds(1), null)),
        of("future", () -> Abort.cancelling((Future<?>) null)),
        of("resource", () -> Abort.closing(null)),
        of("process", () -> Abort.destroying(null, Duration.ofSeconds(1))),
        of("builder", () -> Subprocess.run(null)),
        of("use", () -> Subprocess.run(new ProcessBuilder("true"), null)),
        of("target", () -> PartialFile.write(null, partial -> 1)),
        of("use", () -> PartialFile.write(Path.of("file"), null)),
        of("key", () -> new SharedWork<String, String>().get(null, () -> "value")),
        of("task", () -> new SharedWork<String, String>().get("key", null)),
        of("reason", () -> new CancelledException(null)));
  }

  private static Arguments of(String name, ThrowingCallable call) {
    return Arguments.of(name, call);
  }

  @ParameterizedTest(name = "{0} #{index}")
  @MethodSource("calls")
  void nullIsRefusedByName(String name, ThrowingCallable call) {
    assertThatNullPointerException().isThrownBy(call).withMessage(name);
  }
}
