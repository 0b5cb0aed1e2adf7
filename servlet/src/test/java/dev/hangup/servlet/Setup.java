package dev.hangup.servlet;

import java.util.function.Consumer;

/// What a test wants of a container besides a servlet and the filter.
///
/// @param accessLog receives a line for each request, such as `GET /report 200`
/// @param isForwarded whether it believes X-Forwarded-For, and so rewrites addresses
/// @param isVirtual whether its requests run on virtual threads
record Setup(Consumer<String> accessLog, boolean isForwarded, boolean isVirtual) {
  static final String ACCESS_LOG = "%m %U %s";
  static final Setup PLAIN = new Setup(_ -> {}, false, false);

  Setup withAccessLog(Consumer<String> accessLog) {
    return new Setup(accessLog, isForwarded, isVirtual);
  }

  Setup withForwarded() {
    return new Setup(accessLog, true, isVirtual);
  }

  Setup withVirtualThreads() {
    return new Setup(accessLog, isForwarded, true);
  }
}
