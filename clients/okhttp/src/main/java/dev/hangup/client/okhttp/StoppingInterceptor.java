package dev.hangup.client.okhttp;

import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.DeadlineFields;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/// Around everything that a call does, retries and redirects included.
final class StoppingInterceptor implements Interceptor {
  private static final int SWITCHING_PROTOCOLS = 101;

  @Override
  public Response intercept(Chain chain) throws IOException {
    Cancellation work = Caller.of(chain.call());
    if (work == Cancellation.detached()) {
      return chain.proceed(chain.request());
    }
    StoppableCall call = new StoppableCall(work, chain.call());
    AtomicReference<Response> received = new AtomicReference<>();
    try {
      Request request = withTimeLeft(chain.request(), work);
      call.stoppable(() -> {
        received.set(chain.proceed(request));
        return true;
      });
      return withStoppableBody(Objects.requireNonNull(received.get()), call);
    } catch (CancelledException cancelled) {
      discard(received.get());
      call.over();
      throw StoppableCall.told(cancelled);
    } catch (IOException | RuntimeException failure) {
      call.over();
      throw failure;
    }
  }

  /// A head that came at the moment of the cancel, and that nobody gets.
  private static void discard(@Nullable Response response) {
    if (response != null) {
      response.close();
    }
  }

  private static Response withStoppableBody(Response response, StoppableCall call) {
    return response.code() == SWITCHING_PROTOCOLS
        ? response
        : response.newBuilder().body(new StoppableBody(response.body(), call)).build();
  }

  private static Request withTimeLeft(Request request, Cancellation work) {
    Optional<String> left = DeadlineFields.write(work);
    return left.isEmpty()
        ? request
        : request.newBuilder().header(DeadlineFields.REQUEST_TIMEOUT, left.get()).build();
  }
}
