package dev.hangup.servlet;

import dev.hangup.CancelReason;
import dev.hangup.Registration;
import dev.hangup.watch.Ends;
import jakarta.servlet.ServletRequest;
import java.util.Optional;
import java.util.function.Consumer;

/// Undertow's. `ProxyPeerAddressHandler` rewrites the exchange's addresses, not the connection's.
///
/// @param connection `io.undertow.server.ServerConnection`: with HTTP/2, one for each stream
/// @param isMultiplexed whether this is HTTP/2
record UndertowRequest(Object connection, boolean isMultiplexed) implements ContainerRequest {
  private static final Member EXCHANGE = Member.method("getExchange");
  private static final Member CONNECTION = Member.method("getConnection");
  private static final Member LOCAL = Member.method("getLocalAddress");
  private static final Member REMOTE = Member.method("getPeerAddress");
  private static final Member RESPONSE = Member.field("responseChannel");
  private static final Member RESET = Member.field("reset");

  static UndertowRequest of(ServletRequest request, boolean isMultiplexed) {
    return new UndertowRequest(CONNECTION.of(EXCHANGE.of(request)), isMultiplexed);
  }

  @Override
  public Optional<Ends> ends() {
    return ContainerRequest.endsOf(LOCAL.orNull(connection), REMOTE.orNull(connection));
  }

  @Override
  public Optional<Registration> onStreamReset(Consumer<? super CancelReason> action) {
    if (!isMultiplexed) {
      return Optional.empty();
    }
    try {
      Object response = RESPONSE.of(connection);
      return Optional.of(StreamPoll.SHARED.add(() -> (Boolean) RESET.of(response), action));
    } catch (RuntimeException e) {
      Member.notAsKnown(connection.getClass().getName(), e);
      return Optional.empty();
    }
  }
}
