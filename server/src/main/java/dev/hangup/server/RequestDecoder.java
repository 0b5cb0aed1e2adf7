package dev.hangup.server;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/// Netty's decoder, stricter in one point: a request with both a Content-Length and a
/// Transfer-Encoding is refused, as RFC 9112 §6.1 allows, for it is what request smuggling looks
/// like.
final class RequestDecoder extends HttpRequestDecoder {

  RequestDecoder(ServerOptions options) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(options.maxLineBytes())
            .setMaxHeaderSize(options.maxHeaderBytes()));
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
  }
}
