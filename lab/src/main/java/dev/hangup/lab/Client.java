package dev.hangup.lab;

import java.io.IOException;
import java.net.URI;

/// A client that hangs up. For one thread.
interface Client extends AutoCloseable {

  /// Sends a request, and comes back before its answer.
  Call begin(URI uri) throws Exception;

  @Override
  void close() throws IOException;

  /// A request.
  interface Call {
    /// Leaves, in the manner that the client was made for.
    void leave() throws Exception;

    /// Waits for the whole answer: throws if none comes.
    void awaitAnswer() throws Exception;
  }
}
