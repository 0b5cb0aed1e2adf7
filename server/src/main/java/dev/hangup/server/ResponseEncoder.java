package dev.hangup.server;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/// Netty's encoder, told by the connection which response answers a HEAD request and so has no
/// body.
final class ResponseEncoder extends HttpResponseEncoder {
  // Only the event loop
  private boolean answersHead;

  void answersHead(boolean head) {
    answersHead = head;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpResponse response) {
    return answersHead || super.isContentAlwaysEmpty(response);
  }
}
