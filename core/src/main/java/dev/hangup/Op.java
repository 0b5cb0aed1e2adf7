package dev.hangup;

/// An operation that returns a value and may throw one kind of exception.
///
/// @param <T> what it returns
/// @param <X> what it throws; `RuntimeException` is inferred where it throws nothing checked
@FunctionalInterface
public interface Op<T extends @org.jspecify.annotations.Nullable Object, X extends Throwable> {

  /// Runs the operation.
  ///
  /// @return its value
  /// @throws X what went wrong
  T run() throws X;
}
