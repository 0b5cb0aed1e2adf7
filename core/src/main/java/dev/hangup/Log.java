package dev.hangup;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the core writes to the log. Never called under a lock.
final class Log {
  private static final Logger LOGGER = System.getLogger("dev.hangup");

  private Log() {}

  static void actionFailed(Throwable failure) {
    LOGGER.log(Level.WARNING, "an action registered with onCancel failed", failure);
  }

  static void abortFailed(Throwable failure) {
    LOGGER.log(Level.DEBUG, "an abort failed; it is repeated until the operation returns", failure);
  }

  static void observerFailed(Throwable failure) {
    LOGGER.log(Level.WARNING, "an observer of requests failed", failure);
  }

  /// Records and logs a straggler, on a platform thread of its own: the log may block, and neither
  /// the timer nor the carriers of the virtual threads, which may all be taken, must wait for it.
  static void straggler(
      String work,
      CancelReason reason,
      Straggler straggler,
      @Nullable Consumer<? super Straggler> listener) {
    Thread.ofPlatform()
        .inheritInheritableThreadLocals(false)
        .daemon()
        .name("hangup-straggler")
        .start(() -> {
          if (listener != null) {
            tell(listener, straggler);
          }
          StragglerEvent.commit(work, reason, straggler);
          LOGGER.log(
              Level.WARNING,
              () -> "straggler: " + work + ", cancelled by " + reason + ", " + straggler);
        });
  }

  private static void tell(Consumer<? super Straggler> listener, Straggler straggler) {
    try {
      listener.accept(straggler);
    } catch (RuntimeException failure) {
      LOGGER.log(Level.WARNING, "a straggler listener failed", failure);
    }
  }
}
