package dev.hangup.onnx;

import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.hangup.Abort;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An ONNX Runtime session whose runs stop with the work that waits for them; wrapped once, used by
/// all requests.
///
/// {@snippet class="dev.hangup.onnx.SnippetsTest" region="wrap"}
///
/// A run belongs to the work that the calling thread does ([Cancellation#current()]). Outside any
/// work all is as without the wrapper.
///
/// **What a cancel does.** The run, and no other of the session, is terminated natively
/// (`RunOptions.setTerminate`): it ends with the operator that it computes just now, and throws
/// [CancelledException] with the [OrtException] as the cause. The result of a run that ended in
/// spite of the cancel is closed. The thread is not interrupted meanwhile. In work that is
/// cancelled, or whose deadline has passed, no run begins. The session can be used on.
///
/// **Thread safety**: as the session's, whose runs may be concurrent.
///
/// **Errors**: ONNX Runtime's own, unless the work was cancelled.
///
/// **Limits.** A run computes on the calling thread, and so occupies a carrier of the virtual
/// threads; where long runs would occupy all, let a few platform threads do them
/// ([Cancellation#wrap(java.util.concurrent.ExecutorService)]). A single operator that takes long
/// cannot be stopped, nor can the loading of a model. The session is yours to close, when no run is
/// under way: ONNX Runtime crashes otherwise.
public final class CancellableSession {
  private final OrtSession session;

  private CancellableSession(OrtSession session) {
    this.session = session;
  }

  /// One run of a session with options of its own.
  @FunctionalInterface
  public interface Run {

    /// Calls `session.run(…, options)` with whatever else it is to have. A call that leaves the
    /// options out cannot be stopped.
    ///
    /// @param session the session
    /// @param options for this run alone; may be changed, not closed
    /// @return what the session returned
    /// @throws OrtException what the session threw
    OrtSession.Result run(OrtSession session, OrtSession.RunOptions options) throws OrtException;
  }

  /// Wraps a session.
  ///
  /// @param session stays usable by itself, and yours to close
  /// @return a thin object without state
  public static CancellableSession wrap(OrtSession session) {
    return new CancellableSession(Objects.requireNonNull(session, "session"));
  }

  /// Computes all outputs.
  ///
  /// @param inputs the input tensors by name; stay the caller's
  /// @return the outputs, to be closed by the caller
  /// @throws OrtException if the run failed or the inputs do not fit
  /// @throws CancelledException if the work was cancelled before the run ended
  public OrtSession.Result run(Map<String, ? extends OnnxTensorLike> inputs) throws OrtException {
    Objects.requireNonNull(inputs, "inputs");
    return run((session, options) -> session.run(inputs, options));
  }

  /// Computes some outputs.
  ///
  /// @param inputs the input tensors by name; stay the caller's
  /// @param requestedOutputs the names of the outputs
  /// @return the outputs, to be closed by the caller
  /// @throws OrtException if the run failed or the inputs or names do not fit
  /// @throws CancelledException if the work was cancelled before the run ended
  public OrtSession.Result run(
      Map<String, ? extends OnnxTensorLike> inputs, Set<String> requestedOutputs)
      throws OrtException {
    Objects.requireNonNull(inputs, "inputs");
    Objects.requireNonNull(requestedOutputs, "requestedOutputs");
    return run((session, options) -> session.run(inputs, requestedOutputs, options));
  }

  /// Computes with all that a session offers: options of the run, adapters, pinned outputs.
  ///
  /// {@snippet class="dev.hangup.onnx.SnippetsTest" region="options"}
  ///
  /// @param run what to call
  /// @return the outputs, to be closed by the caller
  /// @throws OrtException what the run threw
  /// @throws CancelledException if the work was cancelled before the run ended
  public OrtSession.Result run(Run run) throws OrtException {
    Objects.requireNonNull(run, "run");
    OrtSession.@Nullable Result[] late = {null};
    // Closed when abortable has returned, so that no abort touches what is freed.
    try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
      Abort terminating = (_, _) -> options.setTerminate(true);
      return Cancellation.current()
          .abortable(
              terminating.withInterrupt(Abort.Interrupt.NEVER),
              () -> late[0] = run.run(session, options));
    } catch (CancelledException cancelled) {
      if (late[0] != null) {
        late[0].close();
      }
      throw cancelled;
    }
  }
}
