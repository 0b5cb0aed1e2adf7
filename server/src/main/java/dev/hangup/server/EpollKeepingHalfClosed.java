package dev.hangup.server;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;

/// Netty's epoll, which does not let go of a socket whose input has ended.
///
/// Netty 4.2 takes a socket that waits for nothing out of the kernel's set, and forgets that it
/// did: a half-closed client that reads slowly then loses its answer, for waiting until the socket
/// can be written fails (`epoll_ctl: No such file or directory`). Here it stays in the set with no
/// more than errors to wait for, so that a reset after the FIN is heard too. `HalfCloseTest` fails
/// without this.
final class EpollKeepingHalfClosed implements IoHandler {
  private final IoHandler epoll;

  private EpollKeepingHalfClosed(IoHandler epoll) {
    this.epoll = epoll;
  }

  static IoHandlerFactory newFactory() {
    IoHandlerFactory epoll = EpollIoHandler.newFactory();
    return executor -> new EpollKeepingHalfClosed(epoll.newHandler(executor));
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return new Kept(epoll.register(handle));
  }

  @Override
  public void initialize() {
    epoll.initialize();
  }

  @Override
  public int run(IoHandlerContext context) {
    return epoll.run(context);
  }

  @Override
  public void prepareToDestroy() {
    epoll.prepareToDestroy();
  }

  @Override
  public void destroy() {
    epoll.destroy();
  }

  @Override
  public void wakeup() {
    epoll.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return epoll.isCompatible(handleType);
  }

  private record Kept(IoRegistration registration) implements IoRegistration {
    @Override
    public long submit(IoOps ops) {
      boolean none = ops instanceof EpollIoOps wanted && wanted.equals(EpollIoOps.NONE);
      return registration.submit(none ? EpollIoOps.EPOLLET : ops);
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's
    public <T> T attachment() {
      return registration.attachment();
    }

    @Override
    public boolean isValid() {
      return registration.isValid();
    }

    @Override
    public boolean cancel() {
      return registration.cancel();
    }
  }
}
