package dev.hangup.servlet;

import dev.hangup.CancelReason;
import dev.hangup.Registration;
import jakarta.servlet.ServletRequest;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;

/// Undertow's. `ProxyPeerAddressHandler` rewrites the exchange's addresses, not the connection's.
///
/// @param connection `io.undertow.server.ServerConnection`
/// @param local the connection's end on our side
/// @param remote its end on the client's
/// @param isMultiplexed whether this is HTTP/2
record UndertowRequest(
    Object connection, InetSocketAddress local, InetSocketAddress remote, boolean isMultiplexed)
    implements ContainerRequest {

  static UndertowRequest of(ServletRequest request, boolean multiplexed)
      throws ReflectiveOperationException {
    Object connection = Reflected.call(Reflected.call(request, "getExchange"), "getConnection");
    return new UndertowRequest(
        connection,
        (InetSocketAddress) Reflected.call(connection, "getLocalAddress"),
        (InetSocketAddress) Reflected.call(connection, "getPeerAddress"),
        multiplexed);
  }

  @Override
  public Optional<Registration> onStreamReset(Consumer<? super CancelReason> action) {
    if (!isMultiplexed) {
      return Optional.empty();
    }
    try {
      Object response = Reflected.read(connection, "responseChannel");
      return Optional.of(
          StreamPoll.SHARED.add(() -> (Boolean) Reflected.read(response, "reset"), action));
    } catch (ReflectiveOperationException | RuntimeException e) {
      Reflected.notAsKnown(connection.getClass().getName(), e);
      return Optional.empty();
    }
  }
}
