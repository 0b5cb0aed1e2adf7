package dev.hangup.spring;

import dev.hangup.watch.SocketWatch;
import java.io.Serial;

/// Thrown at the start where `hangup.require-full` is true and the kernel does not tell of
/// hang-ups.
final class NotFullException extends IllegalStateException {
  @Serial private static final long serialVersionUID = 1L;

  private NotFullException(SocketWatch watch) {
    super("hangup.require-full: true, but hang-ups are seen by " + watch);
  }

  static void check(SocketWatch watch) {
    if (!watch.toString().equals("epoll")) {
      throw new NotFullException(watch);
    }
  }
}
