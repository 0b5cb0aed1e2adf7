package dev.hangup.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;

/// Netty's decoder, which knows what was asked and tells what a pool must know. Only the event
/// loop.
final class UpstreamDecoder extends HttpResponseDecoder {
  private boolean head;
  private boolean touched;

  UpstreamDecoder(int maxHeadBytes) {
    super(new HttpDecoderConfig().setMaxInitialLineLength(8 << 10).setMaxHeaderSize(maxHeadBytes));
  }

  /// The next response answers this.
  void expect(HttpMethod asked) {
    head = asked.equals(HttpMethod.HEAD);
    touched = false;
  }

  /// Whether any byte has come since something was asked.
  boolean isTouched() {
    return touched;
  }

  /// Whether the server has perhaps only begun: what answers a HEAD says nothing of the end of a
  /// body of unknown length, which a handler may still write, for ever, and drop.
  boolean mayGoOn(HttpResponse response) {
    return head && !response.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
  }

  /// Whether nothing is left over that the next response would seem to begin with.
  boolean isClean() {
    return !internalBuffer().isReadable();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    touched = true;
    super.channelRead(ctx, message);
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    boolean informational =
        message instanceof HttpResponse response && response.status().code() / 100 == 1;
    return informational || head || super.isContentAlwaysEmpty(message);
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
  }
}
