package dev.hangup.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/// What Linux knows of the bytes that a socket was given to send: TCP_INFO,
/// include/uapi/linux/tcp.h.
///
/// The count of unacknowledged segments would not do: it leaves out what a closed window holds
/// back, and over HTTP/2 other streams' segments count too.
///
/// @param taken how many bytes the kernel was given
/// @param acknowledged how many of them the other end's kernel has
/// @param closed whether the connection was reset, so that nothing more will be acknowledged
record SendQueue(long taken, long acknowledged, boolean closed) {
  private static final int TCP_CLOSE = 7;
  private static final int STATE = 0;
  private static final int BYTES_ACKED = 120;
  private static final int UNSENT_BYTES = 144;
  private static final int BYTES_SENT = 200;
  private static final int BYTES_SENT_AGAIN = 208;

  private static final RawUnixChannelOption TCP_INFO =
      new RawUnixChannelOption("TCP_INFO", 6, 11, BYTES_SENT_AGAIN + Long.BYTES);

  /// Asks the kernel; on the event loop, since a closed socket's number may be another's.
  ///
  /// @return empty where it cannot be known: without epoll, before Linux 4.18, once it is closed
  static Optional<SendQueue> of(Channel socket) {
    if (!(socket instanceof EpollSocketChannel epoll) || !epoll.isOpen()) {
      return Optional.empty();
    }
    ByteBuffer info;
    try {
      info = epoll.config().getOption(TCP_INFO).order(ByteOrder.nativeOrder());
    } catch (ChannelException e) {
      return Optional.empty();
    }
    long sent = info.getLong(BYTES_SENT) - info.getLong(BYTES_SENT_AGAIN);
    if (sent == 0) {
      return Optional.empty(); // nothing, or not counted
    }
    return Optional.of(
        new SendQueue(
            sent + Integer.toUnsignedLong(info.getInt(UNSENT_BYTES)),
            info.getLong(BYTES_ACKED),
            info.get(STATE) == TCP_CLOSE));
  }
}
