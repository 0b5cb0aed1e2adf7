package dev.hangup.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.HttpConversionUtil.ExtensionHeaderNames;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// What the head of an HTTP/2 request must have, and the codec does not ask for: RFC 9113 §8.3.1.
/// Stands first in a stream's pipeline; only the event loop.
final class Http2RequestCheck extends ChannelInboundHandlerAdapter {
  private boolean begun;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (begun || !(message instanceof Http2HeadersFrame head)) {
      ctx.fireChannelRead(message);
      return;
    }
    begun = true;
    String wrong = wrong(head.headers());
    if (wrong == null) {
      ctx.fireChannelRead(message);
    } else {
      ReferenceCountUtil.release(message);
      ctx.fireExceptionCaught(new Http2Exception(Http2Error.PROTOCOL_ERROR, wrong));
    }
  }

  private static @Nullable String wrong(Http2Headers head) {
    if (head.method() == null) {
      return "no :method";
    }
    boolean connect = HttpMethod.CONNECT.asciiName().contentEquals(head.method());
    if (!connect && (head.scheme() == null || head.path() == null)) {
      return "no " + (head.path() == null ? ":path" : ":scheme");
    }
    if (connect && head.authority() == null) {
      return "no :authority";
    }
    return head.authority() == null ? null : host(head, head.authority());
  }

  /// A Host that says the same is left out, for it would look like a second one.
  private static @Nullable String host(Http2Headers head, CharSequence authority) {
    for (CharSequence host : head.getAll(HttpHeaderNames.HOST)) {
      if (!AsciiString.contentEqualsIgnoreCase(host, authority)) {
        return "host: " + host + " (expected: " + authority + ", as :authority)";
      }
    }
    head.remove(HttpHeaderNames.HOST);
    return null;
  }

  /// Takes away what the codec's translation adds.
  static void clean(HttpRequest head) {
    for (ExtensionHeaderNames name : ExtensionHeaderNames.values()) {
      head.headers().remove(name.text());
    }
  }
}
