package dev.hangup.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetSocketAddress;

/// What an exchange needs of its connection: the one place where protocols differ.
///
/// All methods may be called from any thread and return at once.
interface Wire {

  /// The other end.
  InetSocketAddress peer();

  /// The connection's socket, which other exchanges may share.
  Channel socket();

  /// The protocol of a request, as logs name it.
  String protocol(HttpRequest head);

  /// Whether a response may be sent in chunks, with its length unknown at the start.
  boolean canChunk();

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
