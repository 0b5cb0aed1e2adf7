package dev.hangup.server;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.LinkedHashSet;

/// Builds a server's codec that is patient with what was under way: when a stream was answered and
/// reset before its request had ended, the client may still have sent DATA for it. That is ignored
/// (RFC 9113 §5.4.2), where Netty's codec answers each frame with another RST_STREAM, and counts
/// them as if the client had provoked them.
final class Http2CodecBuilder extends Http2FrameCodecBuilder {
  private static final int REMEMBERED = 1_000;

  Http2CodecBuilder() {
    server(true);
  }

  @Override
  protected Http2FrameCodec build(
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    return super.build(decoder, new Patient(encoder), settings);
  }

  /// Only the event loop.
  private static final class Patient extends DecoratingHttp2ConnectionEncoder {
    private final LinkedHashSet<Integer> answeredEarly = new LinkedHashSet<>();

    Patient(Http2ConnectionEncoder encoder) {
      super(encoder);
    }

    @Override
    public ChannelFuture writeRstStream(
        ChannelHandlerContext ctx, int stream, long error, ChannelPromise promise) {
      if (error == Http2Error.NO_ERROR.code()) {
        remember(stream);
      } else if (error == Http2Error.STREAM_CLOSED.code() && answeredEarly.contains(stream)) {
        return promise.setSuccess();
      }
      return super.writeRstStream(ctx, stream, error, promise);
    }

    private void remember(int stream) {
      answeredEarly.add(stream);
      if (answeredEarly.size() > REMEMBERED) {
        answeredEarly.removeFirst();
      }
    }
  }
}
