package dev.hangup.servlet;

import dev.hangup.CancelReason;
import dev.hangup.Registration;
import jakarta.servlet.ServletRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Of a container that we do not know: the addresses are what it says, true or not.
///
/// @param local as the Servlet API says
/// @param remote as the Servlet API says
/// @param isMultiplexed whether its connection carries other requests too
record PlainRequest(InetSocketAddress local, InetSocketAddress remote, boolean isMultiplexed)
    implements ContainerRequest {
  private static final InetSocketAddress NOWHERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0); // no connection has this port

  static PlainRequest of(ServletRequest request, boolean multiplexed) {
    return new PlainRequest(
        address(request.getLocalAddr(), request.getLocalPort()),
        address(request.getRemoteAddr(), request.getRemotePort()),
        multiplexed);
  }

  /// An address that a container gives as a string. Host names are not looked up.
  static InetSocketAddress address(@Nullable String address, int port) {
    if (address == null) {
      return NOWHERE; // of a socket that is closed
    }
    try {
      boolean literal = address.indexOf(':') >= 0 || address.matches("[0-9.]+");
      return literal ? new InetSocketAddress(InetAddress.getByName(address), port) : NOWHERE;
    } catch (UnknownHostException | IllegalArgumentException e) {
      return NOWHERE;
    }
  }

  @Override
  public boolean isCertain() {
    return false;
  }

  @Override
  public Optional<Registration> onStreamReset(Consumer<? super CancelReason> action) {
    return Optional.empty();
  }
}
