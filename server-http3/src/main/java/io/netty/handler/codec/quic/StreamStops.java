package io.netty.handler.codec.quic;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/// Work-around for netty/netty#17380: a STOP_SENDING for which no write is waiting is told to
/// nobody. Here quiche is asked itself, which only Netty's own package can. `StreamStopsTest` fails
/// once Netty tells of it. And what becomes of a stream that was given up.
///
/// Only the connection's event loop.
public final class StreamStops {
  private static final ByteBuf NOTHING =
      Unpooled.unreleasableBuffer(Unpooled.directBuffer(16, 16).writerIndex(16));

  private StreamStops() {}

  /// Whether the client reads no more of what is sent on a stream.
  ///
  /// @param stream one that is not finished
  /// @return false also where the whole connection is closed
  public static boolean isStopped(QuicStreamChannel stream) {
    if (!stream.isOpen()) {
      return false;
    }
    long capacity = ((QuicheQuicChannel) stream.parent()).streamCapacity(stream.streamId());
    return capacity < 0 && capacity != Quiche.QUICHE_ERR_DONE;
  }

  /// Whether the client has given up sending on a stream whose reading is paused.
  ///
  /// @param stream one that is not finished; what it has received stays there
  /// @return the protocol's code, or a negative number
  public static long resetWhilePaused(QuicStreamChannel stream) {
    if (!stream.isOpen()) {
      return -1;
    }
    try {
      QuicheQuicChannel parent = (QuicheQuicChannel) stream.parent();
      parent.streamRecv(stream.streamId(), NOTHING);
      return -1;
    } catch (QuicStreamResetException reset) {
      return reset.applicationProtocolCode();
    } catch (Exception other) { // what else is wrong is told when it is read
      return -1;
    }
  }

  /// Closes a stream of which both directions are shut down. Netty keeps one that was closed before
  /// its client's FIN for as long as the connection lasts.
  ///
  /// @param stream one of which quiche has nothing more to tell
  public static void close(QuicStreamChannel stream) {
    var _ =
        stream
            .close()
            .addListener(
                _ -> ((QuicheQuicChannel) stream.parent()).streamClosed(stream.streamId()));
  }
}
