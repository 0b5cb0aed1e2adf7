package dev.hangup.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import org.jspecify.annotations.Nullable;

/// Sets up each new connection: TLS where the listener has it, then the protocol that the client
/// speaks.
final class Connect extends ChannelInitializer<Channel> {
  private final ServerContext context;
  private final ChannelGroup connections;
  private final @Nullable Tls tls;

  Connect(ServerContext context, ChannelGroup connections, @Nullable Tls tls) {
    this.context = context;
    this.connections = connections;
    this.tls = tls;
  }

  @Override
  protected void initChannel(Channel channel) {
    connections.add(channel);
    if (context.isStopping()) {
      var _ = channel.close(); // accepted at the last moment, and perhaps seen by nobody else
      return;
    }
    if (connections.size() > context.options().maxConnections()) {
      context.refusedConnection();
      channel.config().setOption(ChannelOption.SO_LINGER, 0); // nothing of it is to stay
      var _ = channel.close();
      return;
    }
    FirstBytes.limit(channel, context.options());
    channel.pipeline().addLast(new ResetWatch());
    if (tls == null) {
      channel.pipeline().addLast(new ProtocolDetector(this));
    } else {
      channel.pipeline().addLast(tls.context().newHandler(channel.alloc()), new Negotiation(this));
    }
  }

  void http1(Channel channel) {
    FirstBytes.came(channel);
    ResponseEncoder encoder = new ResponseEncoder();
    Http1Connection connection = new Http1Connection(context, channel, encoder);
    channel
        .pipeline()
        .addLast(connection.timeouts())
        .addLast(new RequestDecoder(context.options()))
        .addLast(encoder)
        .addLast(connection);
    connection.begin();
  }

  void http2(Channel channel) {
    FirstBytes.came(channel);
    new Http2Connection(context, channel).addTo(channel.pipeline());
  }

  /// What ALPN agreed on.
  private static final class Negotiation extends ApplicationProtocolNegotiationHandler {
    private final Connect connect;

    Negotiation(Connect connect) {
      super(ApplicationProtocolNames.HTTP_1_1);
      this.connect = connect;
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
      if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
        connect.http2(ctx.channel());
      } else {
        connect.http1(ctx.channel());
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      connect.context.noted("a connection ended before its TLS handshake", cause);
      var _ = ctx.close();
    }

    /// A client that cannot do TLS, or not ours, is no failure of the server.
    @Override
    protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
      connect.context.noted("a TLS handshake failed", cause);
      var _ = ctx.close();
    }
  }
}
