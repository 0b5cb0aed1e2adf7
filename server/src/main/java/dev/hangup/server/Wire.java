package dev.hangup.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.HttpObject;

/// What an exchange needs of its connection: the one place where protocols differ.
///
/// All methods may be called from any thread and return at once.
interface Wire {

  /// Where the exchange's bytes go, for its address and its event loop.
  Channel channel();

  /// Whether a response may be sent in chunks, with its length unknown at the start.
  boolean canChunk();

  /// Sends part of a response. What is sent for one exchange arrives in order.
  void send(HttpObject part, ChannelFutureListener sent);

  /// The handler took body bytes: reading may go on.
  void consumed();

  /// The exchange is over on both sides.
  ///
  /// @param reusable whether the connection is in a known state, so that another request may follow
  void ended(Exchange exchange, boolean reusable);
}
