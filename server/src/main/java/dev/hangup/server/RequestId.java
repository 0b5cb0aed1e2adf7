package dev.hangup.server;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/// A name for each request, by which its traces in the logs of many services are found: middleware.
///
/// {@snippet class="dev.hangup.server.SnippetsTest" region="id"}
///
/// `X-Request-Id` is taken from the request if it is one field of 1 to 128 letters, digits and
/// `-_.~:+/=`, which do no harm in a log; otherwise one is made. The answer carries it, an error's
/// too.
///
/// **Cancellation**: passes through. **Thread safety**: for any thread. The id is bound to the
/// handler's thread, and subtasks of the JDK's `StructuredTaskScope` inherit it. A fork of a
/// [dev.hangup.CancelScope] and what [dev.hangup.Cancellation#wrap(Callable)] carries elsewhere do
/// not: [#wrap(Callable)] takes it along.
public final class RequestId {
  private static final String FIELD = "X-Request-Id";
  private static final Pattern HARMLESS = Pattern.compile("[\\w.~:+/=-]{1,128}");
  private static final ScopedValue<String> CURRENT = ScopedValue.newInstance();

  private RequestId() {}

  /// Gives each request its id: `handler.with(RequestId::around)`.
  ///
  /// @param inner finds it in [#current()]
  /// @return the outer handler
  public static Handler around(Handler inner) {
    Objects.requireNonNull(inner, "inner");
    return (request, response) -> {
      String id = of(request);
      response.header(FIELD, id);
      var _ =
          ScopedValue.where(CURRENT, id)
              .<Boolean, Exception>call(() -> {
                inner.handle(request, response);
                return true;
              });
    };
  }

  private static String of(Request request) {
    List<String> sent = request.headers(FIELD);
    boolean usable = sent.size() == 1 && HARMLESS.matcher(sent.getFirst()).matches();
    return usable ? sent.getFirst() : UUID.randomUUID().toString();
  }

  /// The id of the request that the calling thread works for.
  ///
  /// @return empty where there is none
  public static Optional<String> current() {
    return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
  }

  /// Takes the id to another thread: `scope.fork(RequestId.wrap(task))`.
  ///
  /// @param <T> the task's value
  /// @param task finds it in [#current()]
  /// @return the task, to be called on any thread
  public static <T> Callable<T> wrap(Callable<T> task) {
    Objects.requireNonNull(task, "task");
    if (!CURRENT.isBound()) {
      return task;
    }
    String id = CURRENT.get();
    return () -> ScopedValue.where(CURRENT, id).<T, Exception>call(task::call);
  }
}
