package dev.hangup.server;

import dev.hangup.CancelReason;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/// What comes in on one stream of a connection that has many: a request, read as far as its handler
/// and the budget want it, and its exchange.
///
/// Only the event loop; [#hasReceivedAll()] and [#consumed()] are for any thread.
final class StreamIntake {
  private final ServerContext context;
  private final Wire wire;
  private final Channel channel;
  private @Nullable Exchange exchange;

  // Any thread
  private volatile boolean received; // the whole request

  StreamIntake(ServerContext context, Wire wire, Channel channel) {
    this.context = context;
    this.wire = wire;
    this.channel = channel;
  }

  /// What is under way; null before the head has come.
  @Nullable Exchange exchange() {
    return exchange;
  }

  boolean hasReceivedAll() {
    return received;
  }

  /// Takes the head, and a body's parts.
  void take(Object message) {
    if (message instanceof HttpRequest head && exchange == null) {
      HttpException refusal = RequestRules.check(head, context.options());
      exchange = new Exchange(context, wire, head, refusal);
      head.headers().remove(HttpHeaderNames.TRANSFER_ENCODING); // the codec's, for our framing
      exchange.start();
    }
    if (message instanceof HttpContent content && exchange != null) {
      content(exchange, content);
    }
  }

  private void content(Exchange receiving, HttpContent content) {
    if (content.content().isReadable()) {
      receiving.offer(content.content().retain());
    }
    if (content instanceof LastHttpContent last) {
      received = true;
      receiving.body().complete(last.trailingHeaders());
    }
  }

  /// What is not read keeps its part of the window: the client waits. A reset is heard all the
  /// same. A handler that takes the last bytes while reading is being paused may not see that it
  /// is: so whoever pauses looks again.
  void updateReading() {
    boolean read = mayRead();
    if (channel.config().isAutoRead() != read) {
      channel.config().setAutoRead(read);
      if (!read && mayRead()) {
        channel.config().setAutoRead(true);
      }
    }
  }

  private boolean mayRead() {
    if (exchange == null) {
      return true;
    }
    ReadAhead readAhead = context.readAhead();
    return readAhead.isUsedUp()
        ? exchange.body().isWanted()
        : exchange.body().unread() < readAhead.perRequest();
  }

  /// The handler took body bytes.
  void consumed() {
    if (!channel.config().isAutoRead()) {
      context.onLoop(channel, this::updateReading);
    }
  }

  /// The client, or the whole connection, is gone.
  void lost(CancelReason reason) {
    if (exchange != null) {
      exchange.hangUp(reason);
    }
  }

  void look() {
    if (exchange != null) {
      exchange.look();
    }
  }

  /// The server stops.
  void stop() {
    if (exchange != null) {
      exchange.stop();
    }
  }
}
