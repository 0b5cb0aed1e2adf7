package dev.hangup.servlet;

import dev.hangup.CancelReason;
import dev.hangup.Registration;
import jakarta.servlet.ServletRequest;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;

/// Tomcat's. `RemoteIpValve` rewrites `getRemoteAddr()`, and leaves the peer's address alone. A
/// stream of HTTP/2 knows its state.
///
/// @param request `org.apache.catalina.connector.Request`
/// @param local the connection's end on our side
/// @param remote its end on the client's
/// @param isMultiplexed whether this is HTTP/2
record TomcatRequest(
    Object request, InetSocketAddress local, InetSocketAddress remote, boolean isMultiplexed)
    implements ContainerRequest {
  private static final String RESET = "CLOSED_RST_RX"; // by the client; RFC 9113 §5.1

  static TomcatRequest of(ServletRequest facade, boolean multiplexed)
      throws ReflectiveOperationException {
    Object request = Reflected.read(facade, "request");
    Object peer = Reflected.callOrNull(request, "getPeerAddr"); // null once the socket is closed
    int port = (Integer) Reflected.call(request, "getRemotePort");
    return new TomcatRequest(
        request,
        PlainRequest.address(facade.getLocalAddr(), facade.getLocalPort()),
        PlainRequest.address((String) peer, port),
        multiplexed);
  }

  private Object state() throws ReflectiveOperationException {
    Object coyote = Reflected.call(request, "getCoyoteRequest");
    return Reflected.read(Reflected.read(Reflected.read(coyote, "hook"), "stream"), "state");
  }

  private static boolean isReset(Object state) throws ReflectiveOperationException {
    return Reflected.call(state, "getCurrentStateName").equals(RESET);
  }

  @Override
  public boolean isReset() {
    try {
      return isMultiplexed && isReset(state());
    } catch (ReflectiveOperationException | RuntimeException e) {
      Reflected.notAsKnown(request.getClass().getName(), e);
      return false;
    }
  }

  @Override
  public Optional<Registration> onStreamReset(Consumer<? super CancelReason> action) {
    if (!isMultiplexed) {
      return Optional.empty();
    }
    try {
      Object state = state();
      return Optional.of(StreamPoll.SHARED.add(() -> isReset(state), action));
    } catch (ReflectiveOperationException | RuntimeException e) {
      Reflected.notAsKnown(request.getClass().getName(), e);
      return Optional.empty();
    }
  }
}
