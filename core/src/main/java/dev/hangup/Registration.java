package dev.hangup;

/// What a callback's registration returns: close it when the callback is no longer wanted.
///
/// After [#close()] has returned, the callback is neither running nor will it ever run: what it
/// would have aborted can be handed to its next user.
///
/// **Cancellation** does not cut [#close()] short. **Thread safety**: any thread may close, as
/// often as it likes.
@FunctionalInterface
public interface Registration extends AutoCloseable {

  /// Ends the registration. Waits for a callback in flight, however long it takes, and leaves the
  /// thread's interrupt flag as it was; called by the callback itself, returns at once. Two
  /// callbacks that close each other's registrations wait for ever.
  @Override
  void close();
}
