package dev.hangup.servlet;

import dev.hangup.CancelReason;
import dev.hangup.Registration;
import dev.hangup.watch.Ends;
import jakarta.servlet.ServletRequest;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Tomcat's. `RemoteIpValve` rewrites the request's addresses, also the local port, and AJP has
/// them from another server: those of the socket are neither's. A stream of HTTP/2 knows its state.
///
/// A socket's wrapper belongs to one connection; the channel in it does not, once that is closed.
///
/// @param socket `org.apache.tomcat.util.net.SocketWrapperBase`
/// @param stream the state of its stream of HTTP/2, `org.apache.coyote.http2.StreamStateMachine`;
///   null where it cannot be seen
/// @param isMultiplexed whether this is HTTP/2
record TomcatRequest(Object socket, @Nullable Object stream, boolean isMultiplexed)
    implements ContainerRequest {
  private static final String RESET = "CLOSED_RST_RX"; // by the client; RFC 9113 §5.1

  private static final Member REQUEST = Member.field("request");
  private static final Member COYOTE = Member.method("getCoyoteRequest");
  private static final Member PROCESSOR = Member.field("hook");
  private static final Member SOCKET = Member.method("getSocketWrapper");
  private static final Member STREAM = Member.field("stream");
  private static final Member STATE = Member.field("state");
  private static final Member STATE_NAME = Member.method("getCurrentStateName");
  private static final Member CLOSED = Member.method("isClosed");
  private static final Member LOCAL_ADDRESS = Member.method("getLocalAddr");
  private static final Member LOCAL_PORT = Member.method("getLocalPort");
  private static final Member REMOTE_ADDRESS = Member.method("getRemoteAddr");
  private static final Member REMOTE_PORT = Member.method("getRemotePort");

  static TomcatRequest of(ServletRequest facade, boolean isMultiplexed) {
    Object processor = PROCESSOR.of(COYOTE.of(REQUEST.of(facade)));
    Object stream = isMultiplexed ? state(processor) : null;
    return new TomcatRequest(SOCKET.of(processor), stream, isMultiplexed);
  }

  private static @Nullable Object state(Object processor) {
    try {
      return STATE.of(STREAM.of(processor));
    } catch (RuntimeException e) {
      Member.notAsKnown(processor.getClass().getName(), e);
      return null;
    }
  }

  @Override
  public Optional<Ends> ends() {
    Object local = LOCAL_ADDRESS.orNull(socket);
    Object remote = REMOTE_ADDRESS.orNull(socket);
    int here = (Integer) LOCAL_PORT.of(socket);
    int there = (Integer) REMOTE_PORT.of(socket);
    if ((Boolean) CLOSED.of(socket)) {
      return Optional.of(NOWHERE); // what was read may be of its channel's next connection
    }
    Optional<InetSocketAddress> ours = ContainerRequest.address((String) local, here);
    Optional<InetSocketAddress> clients = ContainerRequest.address((String) remote, there);
    return ours.flatMap(l -> clients.map(r -> new Ends(l, r)));
  }

  private boolean isReset(Object state) {
    return STATE_NAME.of(state).equals(RESET);
  }

  @Override
  public boolean isReset() {
    return stream != null && isReset(stream);
  }

  @Override
  public Optional<Registration> onStreamReset(Consumer<? super CancelReason> action) {
    return Optional.ofNullable(stream)
        .map(state -> StreamPoll.SHARED.add(() -> isReset(state), action));
  }
}
