package dev.hangup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Real processes, counted by the number of seconds that they sleep.
class SubprocessTest {
  private static final CancelReason CLOSED = new CancelReason.ClientClosed();
  private static final int ROUNDS = Integer.getInteger("hangup.rounds", 200);

  /// Of this test, and of this run.
  private final String seconds = "9" + ThreadLocalRandom.current().nextInt(10_000_000, 99_999_999);

  @TempDir Path folder;

  @AfterEach
  void nothingIsLeft() throws Exception {
    Await.until(() -> sleepers() == 0);
  }

  private long sleepers() {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().arguments().orElse(new String[0]))
        .filter(arguments -> arguments.length == 1 && arguments[0].equals(seconds))
        .count();
  }

  private ProcessBuilder shell(String script) {
    return new ProcessBuilder("sh", "-c", script.replace("SLEEP", "sleep " + seconds));
  }

  @Test
  void bothOutputsAreReadAtOnce() throws Exception {
    Subprocess.Result result =
        Subprocess.run(
            shell(
                """
                head -c 1000000 /dev/zero | tr '\\0' e >&2
                head -c 2000000 /dev/zero | tr '\\0' o
                cat
                exit 3
                """));
    assertThat(result.exitValue()).isEqualTo(3);
    assertThat(result.output()).matches("o{2000000}");
    assertThat(result.errors()).matches("e{1000000}");
  }

  @Test
  void builderIsFollowedAndNotChanged() throws Exception {
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        shell("pwd; echo $GREETING; echo wrong >&2")
            .directory(folder.toFile())
            .redirectError(log.toFile());
    builder.environment().put("GREETING", "hello");
    Subprocess.Result result = Subprocess.run(builder);
    assertThat(result.output()).isEqualTo(folder + "\nhello\n");
    assertThat(result.errors()).isEmpty();
    assertThat(log).hasContent("wrong");
    assertThat(builder.environment()).doesNotContainKey("HANGUP_SUBPROCESS");
  }

  /// A child that is waited for, one in the background, one whose parent has ended, and one that
  /// goes on when its parent is asked to end.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1 | SLEEP",
        "2 | SLEEP & SLEEP & wait",
        "4 | (SLEEP &); (SLEEP & SLEEP &) ; SLEEP; echo not reached",
        "1 | sh -c \"trap '' TERM; SLEEP & wait; SLEEP\"",
        "1 | trap '' TERM; SLEEP; SLEEP"
      })
  void cancelEndsTheWholeTree(int sleepers, String script) throws Exception {
    cancelWhenItSleeps(sleepers, script);
  }

  /// What a process leaves behind may hold its output open.
  @Test
  void cancelEndsWhatTheProcessLeftBehind() throws Exception {
    cancelWhenItSleeps(1, "SLEEP & exit 0");
  }

  private void cancelWhenItSleeps(int sleepers, String script) throws Exception {
    try (CancelScope scope = CancelScope.open()) {
      Fork<Subprocess.Result> running = scope.fork(() -> Subprocess.run(shell(script)));
      Await.until(() -> sleepers() == sleepers);
      scope.cancel(CLOSED);
      assertThatThrownBy(running::join).isInstanceOf(CancelledException.class);
      assertThat(sleepers()).isZero();
    }
  }

  @Test
  void processMayCleanUpWithinTheGrace() throws Exception {
    Path trail = folder.resolve("trail");
    String script =
        "trap 'sleep 0.3; echo asked >> %s; exit' TERM; echo ready; SLEEP & wait".formatted(trail);
    try (CancelScope scope = CancelScope.open(o -> o.withGrace(java.time.Duration.ofSeconds(60)))) {
      assertThatThrownBy(() ->
              scope.call(() ->
                  Subprocess.run(
                      shell(script),
                      process -> {
                        assertThat(process.inputReader().readLine()).isEqualTo("ready");
                        scope.cancel(CLOSED);
                        return process.waitFor();
                      })))
          .isInstanceOf(CancelledException.class);
    }
    assertThat(trail).hasContent("asked"); // and once only
  }

  @Test
  void failureOfTheCallerEndsTheTree() {
    assertThatThrownBy(() ->
            Subprocess.run(
                shell("echo ready; (SLEEP &); SLEEP"),
                process -> {
                  process.inputReader().readLine();
                  throw new IOException("mine");
                }))
        .isInstanceOf(IOException.class)
        .hasMessage("mine");
    assertThat(sleepers()).isZero();
  }

  @Test
  void endIsAwaitedWhenTheCallerIsDone() throws Exception {
    Path copy = folder.resolve("copy");
    String answer =
        Subprocess.run(
            shell("cat > " + copy + "; sleep 0.1; echo done >> " + copy),
            process -> {
              process.outputWriter().append("text\n").flush();
              return "answer";
            });
    assertThat(answer).isEqualTo("answer");
    assertThat(copy).hasContent("text\ndone");
  }

  @Test
  void programThatReadsNothingIsNoFailure() throws Exception {
    int exit =
        Subprocess.run(
            shell("exec <&-; echo closed; read line; exit 4"),
            process -> {
              process.inputReader().readLine();
              process.outputWriter().append("nobody reads this");
              return process.waitFor();
            });
    assertThat(exit).isEqualTo(4);
  }

  @Test
  void cancelledWorkStartsNothing() throws Exception {
    Path mark = folder.resolve("mark");
    try (CancelScope scope = CancelScope.open()) {
      assertThatThrownBy(() ->
              scope.call(() -> {
                scope.cancel(CLOSED);
                return Subprocess.run(shell("touch " + mark));
              }))
          .isInstanceOf(CancelledException.class);
    }
    assertThat(mark).doesNotExist();
  }

  @Test
  void missingProgramIsTheSystemsOwnError() {
    assertThatThrownBy(() -> Subprocess.run(new ProcessBuilder("no-such-program")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no-such-program");
  }

  /// Cancelled while the processes are being born.
  @Test
  void cancelAtAnyMomentLeavesNoProcess() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      int nanos = ThreadLocalRandom.current().nextInt(12_000_000);
      try (CancelScope scope = CancelScope.open()) {
        Fork<Subprocess.Result> running =
            scope.fork(() -> Subprocess.run(shell("(SLEEP &); (SLEEP & SLEEP & wait) & wait")));
        LockSupport.parkNanos(nanos);
        scope.cancel(CLOSED);
        assertThatThrownBy(running::join).isInstanceOf(CancelledException.class);
      }
      if (round % 10 == 9) {
        assertThat(sleepers()).isZero();
      }
    }
  }

  @Test
  void abortOfAnyProcessEndsItsChildren() throws Exception {
    Process process = shell("SLEEP & SLEEP & wait").start();
    Await.until(() -> sleepers() == 2);
    try (CancelScope scope = CancelScope.open()) {
      Abort abort = Abort.destroying(process, java.time.Duration.ofSeconds(5));
      assertThatThrownBy(() ->
              scope.call(() ->
                  Cancellation.current()
                      .abortable(
                          abort,
                          () -> {
                            scope.cancel(CLOSED);
                            return process.waitFor();
                          })))
          .isInstanceOf(CancelledException.class);
    }
  }

  @Test
  void partOfAFileIsRemovedWithItsProgram() throws Exception {
    Path target = folder.resolve("video");
    try (CancelScope scope = CancelScope.open()) {
      Fork<Subprocess.Result> running =
          scope.fork(() ->
              PartialFile.write(
                  target, partial -> Subprocess.run(shell("echo half > " + partial + "; SLEEP"))));
      Await.until(() -> sleepers() > 0);
      scope.cancel(CLOSED);
      assertThatThrownBy(running::join).isInstanceOf(CancelledException.class);
    }
    try (var files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }
}
