package dev.hangup.spring;

import dev.hangup.Observability;
import dev.hangup.watch.SocketWatch;
import java.io.Serial;

/// Thrown at the start where `hangup.require-full` is true and hang-ups cannot be seen at once.
final class NotFullException extends IllegalStateException {
  @Serial private static final long serialVersionUID = 1L;

  private NotFullException() {
    super("hangup.require-full: true, but a hang-up is noticed only by the next write");
  }

  static void check(Observability observability) {
    if (observability != Observability.FULL) {
      throw new NotFullException();
    }
  }

  /// What stands in the way here, as far as that can be told.
  static Obstacle obstacle() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Obstacle.SYSTEM;
    }
    return SocketWatch.class.getModule().isNativeAccessEnabled()
        ? Obstacle.SANDBOX
        : Obstacle.NATIVE_ACCESS;
  }

  /// Each with what to do about it.
  enum Obstacle {
    SYSTEM(
        "this system is not Linux, whose kernel is asked.",
        "Run the application on Linux, or set hangup.require-full=false."),
    NATIVE_ACCESS(
        "native access is denied to this JVM, so that the kernel cannot be asked.",
        """
        Start java with --enable-native-access=ALL-UNNAMED, or give the executable jar the manifest \
        entry "Enable-Native-Access: ALL-UNNAMED", or set hangup.require-full=false."""),
    SANDBOX(
        "the kernel refuses to be asked: a sandbox or a seccomp profile denies epoll.",
        "Allow epoll_create1, epoll_ctl and epoll_wait, or set hangup.require-full=false.");

    final String cause;
    final String remedy;

    Obstacle(String cause, String remedy) {
      this.cause = cause;
      this.remedy = remedy;
    }
  }
}
