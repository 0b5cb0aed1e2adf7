/// An HTTP server whose handlers stop when their caller hangs up.
///
/// One package, [dev.hangup.server][dev.hangup.server/], on Netty.
@org.jspecify.annotations.NullMarked
module dev.hangup.server {
  requires transitive dev.hangup;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.compression;
  requires io.netty.codec.http;
  requires io.netty.codec.http2;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.unix.common;
  requires jdk.net;
  requires static com.aayushatharva.brotli4j;
  requires static org.jspecify;

  exports dev.hangup.server;
}
