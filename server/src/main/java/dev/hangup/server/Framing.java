package dev.hangup.server;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;

/// Where bodies begin and end: RFC 9112 §6.
final class Framing {
  private static final long DRAIN_LIMIT = 64 << 10;

  private Framing() {}

  /// Whether a response's body goes over the wire: RFC 9112 §6.3.
  static boolean hasBody(HttpMethod asked, HttpResponseStatus status) {
    return !asked.equals(HttpMethod.HEAD)
        && status.code() != 204
        && status.code() != 205
        && status.code() != 304;
  }

  static boolean hasNoBody(HttpRequest head) {
    return !HttpUtil.isTransferEncodingChunked(head) && HttpUtil.getContentLength(head, 0L) == 0;
  }

  /// Whether what is left of the body is little enough to be read and dropped. Not where the client
  /// was asked to wait for a 100: it may leave the body out now (RFC 9110 §10.1.1).
  ///
  /// @param continued whether the 100 was sent
  static boolean isNearlyComplete(HttpRequest head, boolean continued) {
    long length = HttpUtil.getContentLength(head, -1L);
    boolean waits = HttpUtil.is100ContinueExpected(head) && !continued;
    return length >= 0 && length <= DRAIN_LIMIT && !waits;
  }
}
