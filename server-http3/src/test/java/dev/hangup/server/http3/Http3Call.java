package dev.hangup.server.http3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamResetException;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// One request of an [Http3Client], and what comes back, when it is asked for.
public final class Http3Call extends ChannelInboundHandlerAdapter {
  private sealed interface Part {}

  private record Head(Http3Headers fields) implements Part {}

  private record Data(ByteBuffer bytes) implements Part {}

  private record End() implements Part {}

  private record Reset(long code) implements Part {}

  private record Failed(Throwable cause) implements Part {}

  /// A whole response.
  record Answer(List<Http3Headers> heads, String body) {
    String status() {
      return String.valueOf(heads.getFirst().status());
    }

    String field(String name) {
      return String.valueOf(heads.getFirst().get(name));
    }
  }

  private final BlockingQueue<Part> parts = new LinkedBlockingQueue<>();
  private volatile QuicStreamChannel stream;

  void on(QuicStreamChannel opened) {
    stream = opened;
  }

  QuicStreamChannel stream() {
    return stream;
  }

  // What is sent

  void write(Object frame) throws IOException {
    Http3Client.await(stream.writeAndFlush(frame));
  }

  Http3Call send(byte[] body) throws IOException {
    write(new DefaultHttp3DataFrame(Unpooled.wrappedBuffer(body)));
    return this;
  }

  Http3Call end() throws IOException {
    Http3Client.await(stream.shutdownOutput());
    return this;
  }

  /// Gives up: STOP_SENDING, and RESET_STREAM where the request had not ended.
  public void reset(int code) throws IOException {
    Http3Client.await(stream.shutdown(code, stream.newPromise()));
  }

  /// STOP_SENDING alone.
  void stop(int code) throws IOException {
    Http3Client.await(stream.shutdownInput(code, stream.newPromise()));
  }

  /// RESET_STREAM alone.
  void breakOff(int code) throws IOException {
    Http3Client.await(stream.shutdownOutput(code, stream.newPromise()));
  }

  // What comes

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof Http3HeadersFrame head) {
        parts.add(new Head(head.headers()));
      } else if (message instanceof Http3DataFrame data) {
        ByteBuf content = data.content();
        byte[] bytes = new byte[content.readableBytes()];
        content.readBytes(bytes);
        parts.add(new Data(ByteBuffer.wrap(bytes)));
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      parts.add(new End());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    parts.add(new Failed(new IOException("the stream is closed")));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    parts.add(
        cause instanceof QuicStreamResetException reset
            ? new Reset(reset.applicationProtocolCode())
            : new Failed(cause));
  }

  private Part next() throws IOException {
    stream.config().setAutoRead(true);
    try {
      return Objects.requireNonNull(parts.poll(30, TimeUnit.SECONDS), "nothing came");
    } catch (InterruptedException e) {
      throw new IOException(e);
    } finally {
      stream.config().setAutoRead(false);
    }
  }

  /// Waits for the first bytes of the body.
  public int firstBytes() throws IOException {
    while (true) {
      switch (next()) {
        case Data data -> {
          return data.bytes().remaining();
        }
        case Head _ -> {}
        case End _ -> throw new IOException("the response has ended");
        case Reset reset -> throw new IOException("reset: " + reset.code());
        case Failed failed -> throw new IOException(failed.cause());
      }
    }
  }

  Answer answer() throws IOException {
    List<Http3Headers> heads = new ArrayList<>();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      switch (next()) {
        case Head head -> heads.add(head.fields());
        case Data data -> body.writeBytes(data.bytes().array());
        case End _ -> {
          return new Answer(heads, body.toString(UTF_8));
        }
        case Reset reset -> throw new IOException("reset: " + reset.code());
        case Failed failed -> throw new IOException(failed.cause());
      }
    }
  }

  /// Waits until the server has reset the stream.
  long resetCode() throws IOException {
    while (true) {
      Part part = next();
      if (part instanceof Reset reset) {
        return reset.code();
      }
      if (part instanceof End || part instanceof Failed) {
        throw new IOException("no reset but " + part);
      }
    }
  }
}
