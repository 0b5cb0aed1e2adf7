package dev.hangup.lab;

import static dev.hangup.lab.QuicSocket.await;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Netty's HTTP/3. It asks its peer to stop a stream, breaks off its own half of it, closes the
/// connection, or vanishes.
final class RawHttp3 implements Client {
  private static final int NO_ERROR = 0x100;
  private static final int REQUEST_CANCELLED = 0x10c;

  private final String leaving;
  private final List<QuicSocket> sockets = new ArrayList<>();
  private @Nullable QuicChannel connection;

  RawHttp3(Experiment experiment) {
    this.leaving = experiment.leaving();
  }

  @Override
  public Call begin(URI uri) throws IOException {
    QuicChannel connected = connected(uri);
    Answer answer = new Answer();
    QuicStreamChannel stream = await(Http3.newRequestStream(connected, answer));
    DefaultHttp3Headers head = new DefaultHttp3Headers();
    head.method("GET").path(uri.getPath()).scheme("https").authority("localhost");
    await(stream.writeAndFlush(new DefaultHttp3HeadersFrame(head)));
    if (!leaving.equals("reset-stream")) {
      await(stream.shutdownOutput()); // a request that has ended cannot be reset
    }
    return new Call() {
      @Override
      public void leave() throws IOException {
        RawHttp3.this.leave(connected, stream);
      }

      @Override
      public void awaitAnswer() throws Exception {
        if (!stream.isOutputShutdown()) {
          await(stream.shutdownOutput());
        }
        answer.whole.get(20, TimeUnit.SECONDS);
      }
    };
  }

  private void leave(QuicChannel connected, QuicStreamChannel stream) throws IOException {
    switch (leaving) {
      case "stop-sending", "stop-sending-in-stream" ->
          await(stream.shutdownInput(REQUEST_CANCELLED, stream.newPromise()));
      case "reset-stream" -> await(stream.shutdownOutput(REQUEST_CANCELLED, stream.newPromise()));
      case "connection-close" -> {
        connection = null;
        await(connected.close(true, NO_ERROR, Unpooled.EMPTY_BUFFER));
      }
      case "vanished" -> {
        connection = null;
        sockets.getLast().cut();
      }
      default -> throw new IllegalArgumentException("no such manner of leaving: " + leaving);
    }
  }

  private QuicChannel connected(URI uri) throws IOException {
    QuicChannel existing = connection;
    if (existing != null) {
      return existing;
    }
    QuicSocket socket = new QuicSocket();
    sockets.add(socket);
    QuicChannel made = socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
    connection = made;
    return made;
  }

  @Override
  public void close() {
    QuicChannel last = connection;
    if (last != null) {
      last.close(true, NO_ERROR, Unpooled.EMPTY_BUFFER).awaitUninterruptibly(1_000);
    }
    sockets.forEach(QuicSocket::close);
  }

  /// A response, whose body is thrown away.
  private static final class Answer extends ChannelInboundHandlerAdapter {
    final CompletableFuture<String> whole = new CompletableFuture<>();
    private String status = "none";

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof Http3HeadersFrame head) {
        status = String.valueOf(head.headers().status());
      }
      ReferenceCountUtil.release(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE && status.equals("200")) {
        whole.complete(status);
      } else if (event == ChannelInputShutdownEvent.INSTANCE) {
        whole.completeExceptionally(new IOException("answered: " + status));
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      whole.completeExceptionally(new IOException("the stream is closed"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      whole.completeExceptionally(cause);
    }
  }
}
