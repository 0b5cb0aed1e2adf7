package dev.hangup.servlet;

import dev.hangup.CancelReason;
import dev.hangup.Registration;
import jakarta.servlet.ServletRequest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// Jetty's. `ForwardedRequestCustomizer` rewrites the request's addresses, not the end point's. Its
/// failure listener, which is public, tells of a stream's reset; it cannot be taken off again.
///
/// @param request `org.eclipse.jetty.server.Request`
/// @param local the connection's end on our side
/// @param remote its end on the client's
/// @param isMultiplexed whether this is HTTP/2
record JettyRequest(
    Object request, InetSocketAddress local, InetSocketAddress remote, boolean isMultiplexed)
    implements ContainerRequest {
  static JettyRequest of(ServletRequest api, boolean multiplexed)
      throws ReflectiveOperationException {
    Object request = Reflected.call(api, "getRequest");
    Object connection =
        Reflected.call(Reflected.call(request, "getConnectionMetaData"), "getConnection");
    Object endPoint = Reflected.call(connection, "getEndPoint");
    return new JettyRequest(
        request,
        (InetSocketAddress) Reflected.call(endPoint, "getLocalSocketAddress"),
        (InetSocketAddress) Reflected.call(endPoint, "getRemoteSocketAddress"),
        multiplexed);
  }

  @Override
  public Optional<Registration> onStreamReset(Consumer<? super CancelReason> action) {
    if (!isMultiplexed) {
      return Optional.empty();
    }
    try {
      AtomicReference<Consumer<? super CancelReason>> open = new AtomicReference<>(action);
      Consumer<Throwable> listener = _ -> tell(open);
      Method add = request.getClass().getMethod("addFailureListener", Consumer.class);
      add.invoke(request, listener);
      return Optional.of(() -> open.set(_ -> {}));
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      Reflected.notAsKnown(request.getClass().getName(), e);
      return Optional.empty();
    }
  }

  private static void tell(AtomicReference<Consumer<? super CancelReason>> open) {
    open.getAndSet(_ -> {}).accept(new CancelReason.StreamReset(StreamPoll.CANCEL));
  }
}
