package dev.hangup;

import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Runs a program as part of the current work: the process, and all that it has started, ends with
/// the work.
///
/// {@snippet class="dev.hangup.SnippetsTest" region="subprocess"}
///
/// **What a cancel does.** All processes of the tree are asked to end (`SIGTERM`), once; those that
/// live on after the scope's grace are ended by force (`SIGKILL`). The methods return, with a
/// [CancelledException], only when none is left. The same happens, without a cancel, where the
/// caller's code throws. A program that needs longer for its clean-up needs a scope with a longer
/// grace.
///
/// **Thread safety**: a builder belongs to the caller, and is not changed.
///
/// **Errors**: what [ProcessBuilder#start()] throws where there is no such program. That the
/// program failed is said by its exit value alone.
///
/// **Limits.** On Linux also the processes whose parents have ended are found, by a variable in
/// their environment, `HANGUP_SUBPROCESS`; not those that clear it, nor those of another user. On
/// other systems such orphans live on. If this JVM itself is killed, all do.
public final class Subprocess {
  private static final String VARIABLE = "HANGUP_SUBPROCESS";

  private Subprocess() {}

  /// What the caller does with a process.
  ///
  /// @param <T> what comes of it
  @FunctionalInterface
  public interface Use<T extends @Nullable Object> {

    /// Reads what the process writes, or writes what it reads. When this has returned, the
    /// process's streams are closed and its end is awaited.
    ///
    /// @param process has just begun
    /// @return what comes of it
    /// @throws Exception what went wrong; ends the process
    T use(Process process) throws Exception;
  }

  /// What a program that has ended leaves.
  ///
  /// @param exitValue zero if all went well, by custom
  /// @param output its standard output, in the system's charset
  /// @param errors its standard error
  public record Result(int exitValue, String output, String errors) {}

  /// Runs a program to its end, with nothing to read, and keeps what it writes to both its outputs,
  /// however much that is.
  ///
  /// @param builder the program; where its streams lead elsewhere, they do so here
  /// @return what it wrote, and how it ended
  /// @throws IOException if it could not be started or read
  /// @throws InterruptedException if the calling thread was interrupted without a cancel
  /// @throws CancelledException if the work was cancelled before the program had ended
  public static Result run(ProcessBuilder builder) throws IOException, InterruptedException {
    try {
      return run(builder, Subprocess::collect);
    } catch (IOException | InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /// Reads both outputs at once: a program that waits for one of them to be read does not go on.
  private static Result collect(Process process) throws Exception {
    process.getOutputStream().close();
    try (CancelScope reading = CancelScope.open(options -> options.withName("subprocess"))) {
      Fork<String> errors = reading.fork(() -> text(process.errorReader()));
      String output = text(process.inputReader());
      return new Result(process.waitFor(), output, errors.join());
    }
  }

  private static String text(Reader reader) throws IOException {
    StringWriter text = new StringWriter();
    reader.transferTo(text);
    return text.toString();
  }

  /// Starts a program, lets the caller use it, and waits for its end.
  ///
  /// {@snippet class="dev.hangup.SnippetsTest" region="subprocessUse"}
  ///
  /// A stream that is neither read nor led elsewhere ([ProcessBuilder#redirectError()]) holds the
  /// program up when its buffer is full.
  ///
  /// @param <T> what comes of it
  /// @param builder the program
  /// @param use called on this thread, once
  /// @return what `use` returned
  /// @throws IOException if the program could not be started
  /// @throws CancelledException if the work was cancelled before the program had ended
  /// @throws Exception what `use` threw, or the wait for the end
  public static <T extends @Nullable Object> T run(ProcessBuilder builder, Use<T> use)
      throws Exception {
    Objects.requireNonNull(builder, "builder");
    Objects.requireNonNull(use, "use");
    Work work = (Work) Cancellation.current();
    work.check();
    String mark = UUID.randomUUID().toString();
    Process process = start(builder, mark);
    ProcessTree tree =
        new ProcessTree(process.toHandle(), VARIABLE + '=' + mark, work.options().grace());
    boolean ended = false;
    try {
      T value =
          work.abortable(
              (reason, attempt) -> tree.end(),
              () -> {
                T used = use.use(process);
                close(process);
                process.waitFor();
                return used;
              });
      ended = true;
      return value;
    } finally {
      if (!ended) {
        tree.endAndAwait();
      }
    }
  }

  private static Process start(ProcessBuilder builder, String mark) throws IOException {
    ProcessBuilder marked =
        new ProcessBuilder(builder.command())
            .directory(builder.directory())
            .redirectInput(builder.redirectInput())
            .redirectOutput(builder.redirectOutput())
            .redirectError(builder.redirectError())
            .redirectErrorStream(builder.redirectErrorStream());
    marked.environment().clear();
    marked.environment().putAll(builder.environment());
    marked.environment().put(VARIABLE, mark);
    return marked.start();
  }

  private static void close(Process process) {
    for (Closeable stream :
        List.of(process.getOutputStream(), process.getInputStream(), process.getErrorStream())) {
      try {
        stream.close();
      } catch (IOException broken) {
        // the program took no more; what it made of that, its exit value says
      }
    }
  }
}
