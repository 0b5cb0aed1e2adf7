package dev.hangup.client.okhttp;

import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.DeadlineFields;
import java.io.IOException;
import java.util.Optional;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

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
    try {
      Request request = withTimeLeft(chain.request(), work);
      Response response = call.stoppable(() -> chain.proceed(request));
      return response.code() == SWITCHING_PROTOCOLS
          ? response
          : response.newBuilder().body(new StoppableBody(response.body(), call)).build();
    } catch (CancelledException cancelled) {
      call.over();
      throw StoppableCall.told(cancelled);
    } catch (IOException | RuntimeException failure) {
      call.over();
      throw failure;
    }
  }

  private static Request withTimeLeft(Request request, Cancellation work) {
    Optional<String> left = DeadlineFields.write(work);
    return left.isEmpty()
        ? request
        : request.newBuilder().header(DeadlineFields.REQUEST_TIMEOUT, left.get()).build();
  }
}
