package dev.hangup.server;

import io.netty.channel.Channel;
import java.io.IOException;

/// One more protocol that a server speaks, from a module of its own: HTTP/3 is
/// `dev.hangup.server.http3.Http3`. What it takes goes to the same handler, with the same limits,
/// as what comes by TCP; the engine only carries it.
///
/// **Cancellation**: as for every request; an engine tells its [EngineConnection] when a client has
/// left.
///
/// **Thread safety**: called once, by whoever starts the server.
@FunctionalInterface
public interface Engine {

  /// Begins to listen.
  ///
  /// @param host the server that it listens for
  /// @return what listens; closed last of all when the server is closed, for its connections end
  ///   with it
  /// @throws IOException if it cannot listen, or not here: says why
  Channel listen(EngineHost host) throws IOException;
}
