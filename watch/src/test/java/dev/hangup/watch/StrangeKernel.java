package dev.hangup.watch;

import org.jspecify.annotations.Nullable;

/// Linux, with faults.
final class StrangeKernel implements Kernel {
  private final Kernel linux = LinuxKernel.open();
  volatile boolean knowsNoCookies;
  volatile boolean isFull;
  volatile boolean isBroken;
  volatile boolean calledAfterItsEnd;
  private volatile boolean ended;

  private Kernel linux() {
    if (ended) {
      calledAfterItsEnd = true;
      throw new IllegalStateException("this kernel has ended");
    }
    return linux;
  }

  @Override
  public int descriptors() {
    return linux().descriptors();
  }

  @Override
  public @Nullable Endpoints endpoints(int descriptor) {
    return linux().endpoints(descriptor);
  }

  @Override
  public boolean isConnected(int descriptor) {
    return linux().isConnected(descriptor);
  }

  @Override
  public long cookie(int descriptor) {
    return knowsNoCookies ? 0 : linux().cookie(descriptor);
  }

  @Override
  public int state(int descriptor) {
    return linux().state(descriptor);
  }

  @Override
  public boolean add(int descriptor, int events, long cookie) {
    return !isFull && linux().add(descriptor, events, cookie);
  }

  @Override
  public void remove(int descriptor) {
    linux().remove(descriptor);
  }

  @Override
  public boolean await(int millis, Events events) {
    return !isBroken && linux().await(millis, events);
  }

  @Override
  public void wake() {
    linux().wake();
  }

  @Override
  public void close() {
    linux().close();
    ended = true;
  }
}
