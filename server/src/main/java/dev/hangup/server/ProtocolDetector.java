package dev.hangup.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.List;

/// Tells HTTP/2 with prior knowledge (RFC 9113 §3.3) from HTTP/1.1 by a connection's first bytes,
/// and gives way to the protocol's own handlers.
final class ProtocolDetector extends ByteToMessageDecoder {
  private static final ByteBuf PREFACE = Http2CodecUtil.connectionPrefaceBuf().asReadOnly();

  private final Connect connect;

  ProtocolDetector(Connect connect) {
    this.connect = connect;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    int common = Math.min(in.readableBytes(), PREFACE.readableBytes());
    boolean http2 =
        ByteBufUtil.equals(in, in.readerIndex(), PREFACE, PREFACE.readerIndex(), common);
    if (http2 && common < PREFACE.readableBytes()) {
      return;
    }
    if (http2) {
      connect.http2(ctx.channel());
    } else {
      connect.http1(ctx.channel());
    }
    ctx.pipeline().remove(this); // what was read goes on to the protocol's handlers
  }

  /// A client that leaves before it has said anything is nobody's failure.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    var _ = ctx.close();
  }
}
