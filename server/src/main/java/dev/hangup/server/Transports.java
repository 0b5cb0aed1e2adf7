package dev.hangup.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;

/// The ways to do I/O, behind one face.
enum Transports {
  EPOLL(
      ServerOptions.Transport.EPOLL,
      EpollServerSocketChannel.class,
      EpollSocketChannel.class,
      EpollDatagramChannel.class) {
    @Override
    IoHandlerFactory io() {
      return EpollKeepingHalfClosed.newFactory();
    }

    // A slow reader is felt early: little waits in the kernel that the client has not asked for.
    @Override
    void configure(ServerBootstrap bootstrap) {
      bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_IN_KERNEL);
    }

    // An upstream that vanishes is missed within half a minute.
    @Override
    void configure(Bootstrap bootstrap) {
      bootstrap
          .option(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_IN_KERNEL)
          .option(EpollChannelOption.TCP_KEEPIDLE, 10)
          .option(EpollChannelOption.TCP_KEEPINTVL, 5)
          .option(EpollChannelOption.TCP_KEEPCNT, 4);
    }
  },
  NIO(
      ServerOptions.Transport.NIO,
      NioServerSocketChannel.class,
      NioSocketChannel.class,
      NioDatagramChannel.class) {
    @Override
    IoHandlerFactory io() {
      return NioIoHandler.newFactory();
    }

    @Override
    void configure(ServerBootstrap bootstrap) {
      // The JDK offers nothing to set here.
    }

    @Override
    void configure(Bootstrap bootstrap) {
      // Nor here.
    }
  };

  private static final long UNSENT_IN_KERNEL = 128 << 10;

  private final ServerOptions.Transport kind;
  private final Class<? extends ServerSocketChannel> listener;
  private final Class<? extends SocketChannel> connector;
  private final Class<? extends DatagramChannel> datagrams;

  Transports(
      ServerOptions.Transport kind,
      Class<? extends ServerSocketChannel> listener,
      Class<? extends SocketChannel> connector,
      Class<? extends DatagramChannel> datagrams) {
    this.kind = kind;
    this.listener = listener;
    this.connector = connector;
    this.datagrams = datagrams;
  }

  /// The best that works here.
  static Transports preferred() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  static Transports choose(ServerOptions.Transport wanted) throws IOException {
    return switch (wanted) {
      case NIO -> NIO;
      case AUTO -> preferred();
      case EPOLL -> {
        if (!Epoll.isAvailable()) {
          throw new IOException(
              "transport: EPOLL is not available here (expected: AUTO or NIO)",
              Epoll.unavailabilityCause());
        }
        yield EPOLL;
      }
    };
  }

  ServerOptions.Transport kind() {
    return kind;
  }

  Class<? extends ServerSocketChannel> listener() {
    return listener;
  }

  Class<? extends SocketChannel> connector() {
    return connector;
  }

  Class<? extends DatagramChannel> datagrams() {
    return datagrams;
  }

  EventLoopGroup loops(int threads) {
    return new MultiThreadIoEventLoopGroup(threads, io());
  }

  /// One loop for connections that are made, not taken; it keeps no JVM alive.
  EventLoopGroup connectingLoop(String name) {
    return new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(name, true), io());
  }

  abstract IoHandlerFactory io();

  abstract void configure(ServerBootstrap bootstrap);

  abstract void configure(Bootstrap bootstrap);
}
