package dev.hangup;

import org.jspecify.annotations.Nullable;

/// An operation that returns a value and may throw one kind of exception.
///
/// @param <T> what it returns
/// @param <X> what it throws; `RuntimeException` is inferred where it throws nothing checked
@FunctionalInterface
public interface Op<T extends @Nullable Object, X extends Throwable>
    extends ScopedValue.CallableOp<T, X> {

  /// Runs the operation.
  ///
  /// @return its value
  /// @throws X what went wrong
  @Override
  T call() throws X;
}
