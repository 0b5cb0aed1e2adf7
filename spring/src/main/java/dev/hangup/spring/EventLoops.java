package dev.hangup.spring;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;
import reactor.netty.Connection;

/// The event loops of Reactor Netty's connections, and whether they take more, where that is on the
/// class path.
final class EventLoops {
  private static final boolean REACTOR_NETTY =
      ClassUtils.isPresent("reactor.netty.Connection", EventLoops.class.getClassLoader());

  private EventLoops() {}

  /// The thread of a request's connection.
  ///
  /// @param request the client's own
  /// @return null if it is another client's
  static @Nullable Executor of(Object request) {
    return REACTOR_NETTY ? ReactorNetty.of(request) : null;
  }

  /// Closes a request's connection, or over HTTP/2 its stream, where the client is Reactor Netty.
  ///
  /// @param request the client's own, not yet written
  static void close(Object request) {
    if (REACTOR_NETTY) {
      ReactorNetty.close(request);
    }
  }

  /// Whether a request's connection takes more without keeping it; true of another server's.
  ///
  /// @param request the server's own
  static boolean isWritable(Object request) {
    return !REACTOR_NETTY || ReactorNetty.isWritable(request);
  }

  /// Apart, for it is only loaded where its classes are.
  private static final class ReactorNetty {
    static @Nullable Executor of(Object request) {
      return request instanceof Connection connection ? connection.channel().eventLoop() : null;
    }

    static void close(Object request) {
      if (request instanceof Connection connection) {
        var _ = connection.channel().close();
      }
    }

    static boolean isWritable(Object request) {
      return !(request instanceof Connection connection) || connection.channel().isWritable();
    }
  }
}
