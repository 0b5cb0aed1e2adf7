package dev.hangup.lab;

import cats.effect.IO;
import cats.effect.IO$;
import cats.effect.kernel.Async;
import fs2.io.net.Network;

/// What of http4s Java cannot say as Scala does.
public final class Http4s {
  /// `IO.asyncForIO()` would have the class initialized before its companion, and fail.
  @SuppressWarnings("rawtypes")
  public static final Async<IO> ASYNC = IO$.MODULE$.asyncForIO();

  private Http4s() {}

  /// A builder as http4s makes it by default: by a method named `default`.
  public static <B> B builder(Class<B> type) throws ReflectiveOperationException {
    return type.cast(
        type.getMethod("default", Async.class, Network.class)
            .invoke(null, ASYNC, Network.forAsync(ASYNC)));
  }
}
