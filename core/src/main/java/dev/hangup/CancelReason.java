package dev.hangup;

import java.time.Duration;
import java.util.Objects;

/// Why work was cancelled. The first reason wins; work is never cancelled twice.
///
/// Reasons are data: match them with `switch`, log and count them by [#code()].
public sealed interface CancelReason {

  /// The name for logs and metrics, in `snake_case`. One of a closed set.
  ///
  /// @return for instance `client_closed`
  String code();

  /// Tells whether the peer left: a hang-up, as against a deadline or somebody's decision.
  ///
  /// @return true for a hang-up
  default boolean isHangUp() {
    return false;
  }

  /// The client closed its connection in good order: a FIN, or a TLS `close_notify`.
  record ClientClosed() implements CancelReason {
    @Override
    public String code() {
      return "client_closed";
    }

    @Override
    public boolean isHangUp() {
      return true;
    }

    @Override
    public String toString() {
      return code();
    }
  }

  /// The client's connection was reset: a TCP RST.
  record ClientReset() implements CancelReason {
    @Override
    public String code() {
      return "client_reset";
    }

    @Override
    public boolean isHangUp() {
      return true;
    }

    @Override
    public String toString() {
      return code();
    }
  }

  /// The client gave up this one stream; its connection and the other streams go on.
  ///
  /// @param error the protocol's error code: RFC 9113 §7 or RFC 9114 §8.1
  record StreamReset(long error) implements CancelReason {
    @Override
    public String code() {
      return "stream_reset";
    }

    @Override
    public boolean isHangUp() {
      return true;
    }

    @Override
    public String toString() {
      return code() + " (error " + error + ")";
    }
  }

  /// The client vanished without a trace: nothing was heard from it.
  ///
  /// @param silence for how long nothing was heard
  record PeerVanished(Duration silence) implements CancelReason {
    /// Checks the component.
    public PeerVanished {
      Objects.requireNonNull(silence, "silence");
    }

    @Override
    public String code() {
      return "peer_vanished";
    }

    @Override
    public boolean isHangUp() {
      return true;
    }

    @Override
    public String toString() {
      return code() + " (silent for " + silence.toMillis() + " ms)";
    }
  }

  /// A write to the client failed or was refused.
  ///
  /// @param message what the transport said
  record WriteFailed(String message) implements CancelReason {
    /// Checks the component.
    public WriteFailed {
      Objects.requireNonNull(message, "message");
    }

    @Override
    public String code() {
      return "write_failed";
    }

    @Override
    public boolean isHangUp() {
      return true;
    }

    @Override
    public String toString() {
      return code() + ": " + message;
    }
  }

  /// The time allowed is over.
  ///
  /// @param deadline the deadline that passed
  record DeadlineExceeded(Deadline deadline) implements CancelReason {
    /// Checks the component.
    public DeadlineExceeded {
      Objects.requireNonNull(deadline, "deadline");
    }

    @Override
    public String code() {
      return "deadline_exceeded";
    }

    @Override
    public String toString() {
      return code();
    }
  }

  /// The server stops.
  record ServerStopping() implements CancelReason {
    @Override
    public String code() {
      return "server_stopping";
    }

    @Override
    public String toString() {
      return code();
    }
  }

  /// Another task of the same scope failed.
  ///
  /// @param failure what it threw
  record SiblingFailed(Throwable failure) implements CancelReason {
    /// Checks the component.
    public SiblingFailed {
      Objects.requireNonNull(failure, "failure");
    }

    @Override
    public String code() {
      return "sibling_failed";
    }

    @Override
    public String toString() {
      return code() + ": " + failure;
    }
  }

  /// The application decided.
  ///
  /// @param message why, for people
  record Application(String message) implements CancelReason {
    /// Checks the component.
    public Application {
      Objects.requireNonNull(message, "message");
    }

    @Override
    public String code() {
      return "application";
    }

    @Override
    public String toString() {
      return code() + ": " + message;
    }
  }
}
