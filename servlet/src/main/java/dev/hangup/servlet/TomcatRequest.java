package dev.hangup.servlet;

import dev.hangup.CancelReason;
import dev.hangup.Registration;
import jakarta.servlet.ServletRequest;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;

/// Tomcat's. `RemoteIpValve` rewrites the request's addresses, also the local port, and AJP has
/// them from another server: those of the socket are neither's. A stream of HTTP/2 knows its state.
///
/// @param processor `org.apache.coyote.AbstractProcessor`
/// @param local the connection's end on our side
/// @param remote its end on the client's
/// @param isMultiplexed whether this is HTTP/2
record TomcatRequest(
    Object processor, InetSocketAddress local, InetSocketAddress remote, boolean isMultiplexed)
    implements ContainerRequest {
  private static final String RESET = "CLOSED_RST_RX"; // by the client; RFC 9113 §5.1

  static TomcatRequest of(ServletRequest facade, boolean multiplexed)
      throws ReflectiveOperationException {
    Object request = Reflected.read(facade, "request");
    Object processor = Reflected.read(Reflected.call(request, "getCoyoteRequest"), "hook");
    Object socket = Reflected.call(processor, "getSocketWrapper");
    return new TomcatRequest(
        processor, address(socket, "getLocal"), address(socket, "getRemote"), multiplexed);
  }

  private static InetSocketAddress address(Object socket, String end)
      throws ReflectiveOperationException {
    Object address = Reflected.callOrNull(socket, end + "Addr"); // null once it is closed
    return PlainRequest.address((String) address, (Integer) Reflected.call(socket, end + "Port"));
  }

  private Object state() throws ReflectiveOperationException {
    return Reflected.read(Reflected.read(processor, "stream"), "state");
  }

  private static boolean isReset(Object state) throws ReflectiveOperationException {
    return Reflected.call(state, "getCurrentStateName").equals(RESET);
  }

  @Override
  public boolean isReset() {
    try {
      return isMultiplexed && isReset(state());
    } catch (ReflectiveOperationException | RuntimeException e) {
      Reflected.notAsKnown(processor.getClass().getName(), e);
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
      Reflected.notAsKnown(processor.getClass().getName(), e);
      return Optional.empty();
    }
  }
}
