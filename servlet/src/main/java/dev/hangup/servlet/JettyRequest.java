package dev.hangup.servlet;

import dev.hangup.CancelReason;
import dev.hangup.Registration;
import dev.hangup.watch.Ends;
import jakarta.servlet.ServletRequest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// Jetty's. `ForwardedRequestCustomizer` rewrites the request's addresses, not the end point's. Its
/// failure listener, which is public, tells of a stream's reset; it cannot be taken off again.
///
/// @param request `org.eclipse.jetty.server.Request`, to be used only while it is this one
/// @param endPoint `org.eclipse.jetty.io.EndPoint`, which belongs to one connection
/// @param isMultiplexed whether this is HTTP/2
record JettyRequest(Object request, Object endPoint, boolean isMultiplexed)
    implements ContainerRequest {
  private static final Member REQUEST = Member.method("getRequest");
  private static final Member META_DATA = Member.method("getConnectionMetaData");
  private static final Member CONNECTION = Member.method("getConnection");
  private static final Member END_POINT = Member.method("getEndPoint");
  private static final Member LOCAL = Member.method("getLocalSocketAddress");
  private static final Member REMOTE = Member.method("getRemoteSocketAddress");

  static JettyRequest of(ServletRequest api, boolean isMultiplexed) {
    Object request = REQUEST.of(api);
    Object endPoint = END_POINT.of(CONNECTION.of(META_DATA.of(request)));
    return new JettyRequest(request, endPoint, isMultiplexed);
  }

  @Override
  public Optional<Ends> ends() {
    return ContainerRequest.endsOf(LOCAL.orNull(endPoint), REMOTE.orNull(endPoint));
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
      Member.notAsKnown(request.getClass().getName(), e);
      return Optional.empty();
    }
  }

  private static void tell(AtomicReference<Consumer<? super CancelReason>> open) {
    open.getAndSet(_ -> {}).accept(new CancelReason.StreamReset(StreamPoll.CANCEL));
  }
}
