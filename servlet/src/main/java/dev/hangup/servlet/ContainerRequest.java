package dev.hangup.servlet;

import dev.hangup.CancelReason;
import dev.hangup.Registration;
import dev.hangup.watch.Ends;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a container knows of a request beyond the Servlet API: its connection, whose own addresses
/// no proxy's header has changed, and the resets of its stream.
///
/// What is kept is the connection, never the request: containers use requests again, for others,
/// and the addresses are asked for only when a request has lasted. Nothing here waits.
sealed interface ContainerRequest
    permits TomcatRequest, JettyRequest, UndertowRequest, PlainRequest {
  /// Those of a connection that is closed: none has this port.
  Ends NOWHERE =
      new Ends(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

  /// Of the container's own request, below all wrappers.
  static ContainerRequest of(ServletRequest request, boolean isMultiplexed) {
    ServletRequest inner = request;
    while (inner instanceof ServletRequestWrapper wrapper) {
      inner = wrapper.getRequest();
    }
    String container = inner.getClass().getName();
    try {
      if (container.startsWith("org.apache.catalina.")) {
        return TomcatRequest.of(inner, isMultiplexed);
      }
      if (container.startsWith("org.eclipse.jetty.")) {
        return JettyRequest.of(inner, isMultiplexed);
      }
      if (container.startsWith("io.undertow.")) {
        return UndertowRequest.of(inner, isMultiplexed);
      }
    } catch (RuntimeException e) {
      Member.notAsKnown(container, e);
    }
    return PlainRequest.of(inner, isMultiplexed);
  }

  /// The ends of its connection. For any thread, at any time.
  ///
  /// @return [#NOWHERE] where it is closed; empty where they cannot be told: it may be no TCP
  Optional<Ends> ends();

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

  /// Of what a container has as objects.
  static Optional<Ends> endsOf(@Nullable Object local, @Nullable Object remote) {
    if (local == null || remote == null) {
      return Optional.of(NOWHERE);
    }
    return local instanceof InetSocketAddress here && remote instanceof InetSocketAddress there
        ? Optional.of(new Ends(here, there))
        : Optional.empty();
  }

  /// An address that a container gives as a string. Host names are not looked up.
  static Optional<InetSocketAddress> address(@Nullable String literal, int port) {
    if (literal == null) {
      return Optional.empty();
    }
    try {
      return literal.indexOf(':') >= 0 || isIpv4(literal)
          ? Optional.of(new InetSocketAddress(InetAddress.getByName(literal), port))
          : Optional.empty();
    } catch (UnknownHostException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean isIpv4(String literal) {
    return !literal.isEmpty() && literal.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }
}
