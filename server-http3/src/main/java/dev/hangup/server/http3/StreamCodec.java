package dev.hangup.server.http3;

import dev.hangup.server.EngineConnection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamResetException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.PromiseNotifier;
import java.util.ArrayDeque;
import java.util.Deque;

/// Between HTTP/3's frames and HTTP's objects, on one stream. Netty's own codec keeps a
/// RESET_STREAM to itself, and takes an interim response for the answer's end. Only the event loop.
final class StreamCodec extends ChannelDuplexHandler {
  private final EngineConnection connection;
  private final int maxHeaderBytes;
  private boolean begun;
  private LastHttpContent last = LastHttpContent.EMPTY_LAST_CONTENT;
  private Future<Void> latest = ImmediateEventExecutor.INSTANCE.newSucceededFuture(null);

  StreamCodec(EngineConnection connection, int maxHeaderBytes) {
    this.connection = connection;
    this.maxHeaderBytes = maxHeaderBytes;
  }

  // In

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws MalformedHead {
    switch (message) {
      case Http3HeadersFrame head when !begun -> {
        begun = true;
        ctx.fireChannelRead(Fields.request(head.headers(), maxHeaderBytes));
      }
      case Http3HeadersFrame trailers -> {
        last = new DefaultLastHttpContent();
        Fields.copy(trailers.headers(), last.trailingHeaders());
      }
      case Http3DataFrame data -> ctx.fireChannelRead(new DefaultHttpContent(data.content()));
      default -> ReferenceCountUtil.release(message); // of a type that is to be ignored
    }
  }

  /// The second of two events that come with a FIN: before it Netty has looked whether the body is
  /// as long as was said, and keeps it to itself if not.
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownReadComplete.INSTANCE) {
      if (begun) {
        ctx.fireChannelRead(last);
      } else if (ctx.channel().isActive()) {
        incomplete((QuicStreamChannel) ctx.channel());
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  /// RFC 9114 §4.1: it has ended, and is no request. The code that is sent first is what counts.
  private void incomplete(QuicStreamChannel stream) {
    int code = Http3ErrorCode.H3_REQUEST_INCOMPLETE.code();
    var _ = stream.shutdown(code, stream.newPromise());
    connection.reset(stream, code, true);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof QuicStreamResetException reset) {
      connection.reset(ctx.channel(), reset.applicationProtocolCode(), false);
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    lookWhetherPeerVanished((QuicStreamChannel) ctx.channel());
    ctx.fireChannelInactive();
  }

  /// Where QUIC itself has heard nothing for too long, the streams are the first to hear of it.
  private void lookWhetherPeerVanished(QuicStreamChannel stream) {
    if (stream.parent().isTimedOut()) {
      connection.vanished();
    }
  }

  // Out

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    Deque<Object> frames = new ArrayDeque<>(3);
    boolean last = message instanceof LastHttpContent && !isInterim(message);
    if (message instanceof HttpResponse head) {
      frames.add(new DefaultHttp3HeadersFrame(Fields.response(head)));
    }
    if (message instanceof HttpContent content) {
      addBody(frames, content);
    }
    ChannelPromise taken = ctx.newPromise();
    var _ = taken.addListener(_ -> written(ctx, taken, promise, last));
    if (frames.isEmpty()) {
      var _ = PromiseNotifier.cascade(latest, taken);
      return;
    }
    while (frames.size() > 1) {
      var _ = ctx.write(frames.remove()); // where one fails, the last does, too
    }
    latest = taken;
    var _ = ctx.write(frames.remove(), taken);
  }

  private static boolean isInterim(Object message) {
    return message instanceof HttpResponse head
        && head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
  }

  /// What ends the stream would overtake what waits. What fails because of a STOP_SENDING is a
  /// reset before it is a failure.
  private void written(
      ChannelHandlerContext ctx, ChannelPromise taken, ChannelPromise promise, boolean last) {
    QuicStreamChannel stream = (QuicStreamChannel) ctx.channel();
    if (taken.isSuccess() && last) {
      var _ = stream.shutdownOutput();
    } else if (taken.cause() instanceof ChannelOutputShutdownException) {
      connection.reset(stream, Http3ErrorCode.H3_REQUEST_CANCELLED.code(), true);
    } else if (taken.cause() != null) {
      lookWhetherPeerVanished(stream);
    }
    var _ = PromiseNotifier.cascade(taken, promise);
  }

  private static void addBody(Deque<Object> frames, HttpContent content) {
    ByteBuf bytes = content.content();
    if (bytes.isReadable()) {
      frames.add(new DefaultHttp3DataFrame(bytes));
    } else {
      content.release();
    }
    if (content instanceof LastHttpContent end && !end.trailingHeaders().isEmpty()) {
      frames.add(new DefaultHttp3HeadersFrame(Fields.of(end.trailingHeaders())));
    }
  }
}
