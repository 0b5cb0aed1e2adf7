package dev.hangup.spring;

import dev.hangup.watch.SocketWatch;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Explains a [NotFullException].
final class NotFullFailureAnalyzer extends AbstractFailureAnalyzer<NotFullException> {
  private static final String ALLOW_NATIVE_ACCESS =
      """
      Start java with --enable-native-access=ALL-UNNAMED, or give the executable jar's manifest the \
      entry "Enable-Native-Access: ALL-UNNAMED", so that the kernel can be asked\
      """;
  private static final String ALLOW_EPOLL =
      """
      Run on Linux, in a sandbox that allows epoll_create1, epoll_ctl and epoll_wait\
      """;

  @Override
  protected FailureAnalysis analyze(Throwable root, NotFullException cause) {
    boolean mayAsk = SocketWatch.class.getModule().isNativeAccessEnabled();
    String action = mayAsk ? ALLOW_EPOLL : ALLOW_NATIVE_ACCESS;
    return new FailureAnalysis(
        cause.getMessage(), action + "; or set hangup.require-full=false.", cause);
  }
}
