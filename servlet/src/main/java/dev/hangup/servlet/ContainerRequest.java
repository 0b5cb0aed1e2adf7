package dev.hangup.servlet;

import dev.hangup.CancelReason;
import dev.hangup.Registration;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;

/// What a container knows of a request beyond the Servlet API: the connection's own addresses,
/// which no proxy's header has changed, and the resets of its stream.
sealed interface ContainerRequest
    permits TomcatRequest, JettyRequest, UndertowRequest, PlainRequest {
  /// The container's own request, below all wrappers.
  static ContainerRequest of(ServletRequest request) {
    ServletRequest inner = request;
    while (inner instanceof ServletRequestWrapper wrapper) {
      inner = wrapper.getRequest();
    }
    String container = inner.getClass().getName();
    boolean multiplexed = !inner.getProtocol().startsWith("HTTP/1");
    try {
      if (container.startsWith("org.apache.catalina.")) {
        return TomcatRequest.of(inner, multiplexed);
      }
      if (container.startsWith("org.eclipse.jetty.")) {
        return JettyRequest.of(inner, multiplexed);
      }
      if (container.startsWith("io.undertow.")) {
        return UndertowRequest.of(inner, multiplexed);
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      Reflected.notAsKnown(container, e);
    }
    return PlainRequest.of(inner, multiplexed);
  }

  /// The connection's end on our side.
  InetSocketAddress local();

  /// Its end on the client's.
  InetSocketAddress remote();

  /// Whether these are surely the socket's own.
  default boolean isCertain() {
    return true;
  }

  /// Whether the connection carries other requests at the same time.
  boolean isMultiplexed();

  /// Whether the client has given up this request's stream alone, as far as can be seen at once.
  default boolean isReset() {
    return false;
  }

  /// Tells when the client gives up this request's stream alone.
  ///
  /// @return empty where that cannot be seen
  Optional<Registration> onStreamReset(Consumer<? super CancelReason> action);
}
