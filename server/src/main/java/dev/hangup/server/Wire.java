package dev.hangup.server;

import dev.hangup.Observability;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetSocketAddress;
import java.util.List;

/// What an exchange needs of its connection: the one place where protocols differ.
///
/// All methods may be called from any thread and return at once.
interface Wire {

  /// The other end.
  InetSocketAddress peer();

  /// The protocol of a request, as logs name it.
  String protocol(HttpRequest head);

  /// Whether it is over TLS.
  boolean isSecure();

  /// Whether a response may be sent in chunks, with its length unknown at the start.
  boolean canChunk();

  /// How well a hang-up of the client is noticed now.
  Observability observability();

  /// What its requests pass before their handlers run.
  List<Gate> gates();

  /// Runs a task on the connection's event loop.
  void execute(Runnable task);

  /// Sends part of a response. What is sent for one exchange arrives in order.
  void send(HttpObject part, ChannelFutureListener sent);

  /// Ends a response that is not whole, so that the client sees that it is not.
  void cut(ChannelFutureListener done);

  /// The handler took body bytes: reading may go on.
  void consumed();

  /// The exchange is over on both sides.
  ///
  /// @param reusable whether the connection is in a known state, so that another request may follow
  void ended(Exchange exchange, boolean reusable);
}
