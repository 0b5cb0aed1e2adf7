package dev.hangup.spring;

import dev.hangup.Abort;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.DeadlineFields;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.StreamingHttpOutputMessage;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;

/// A request that stops with the work that executes it, and carries its deadline.
class StoppableRequest implements ClientHttpRequest {
  private final ClientHttpRequest request;
  private final Abort stop;

  StoppableRequest(ClientHttpRequest request, Abort stop) {
    this.request = request;
    this.stop = stop;
  }

  @Override
  public ClientHttpResponse execute() throws IOException {
    Cancellation work = Cancellation.current();
    DeadlineFields.write(work)
        .ifPresent(left -> request.getHeaders().set(DeadlineFields.REQUEST_TIMEOUT, left));
    AtomicReference<@Nullable ClientHttpResponse> received = new AtomicReference<>();
    try {
      work.<Boolean, IOException>abortable(
          stop,
          () -> {
            received.set(request.execute());
            return true;
          });
      return new StoppableResponse(Objects.requireNonNull(received.get()), work, stop);
    } catch (CancelledException cancelled) {
      ClientHttpResponse unwanted = received.get();
      if (unwanted != null) { // it came at the moment of the cancel, and nobody gets it
        new StoppableResponse(unwanted, work, stop).close();
      }
      throw cancelled;
    }
  }

  @Override
  public HttpMethod getMethod() {
    return request.getMethod();
  }

  @Override
  public URI getURI() {
    return request.getURI();
  }

  @Override
  public Map<String, Object> getAttributes() {
    return request.getAttributes();
  }

  @Override
  public HttpHeaders getHeaders() {
    return request.getHeaders();
  }

  @Override
  public OutputStream getBody() throws IOException {
    return request.getBody();
  }

  /// One whose body is written when it is sent.
  static final class Streaming extends StoppableRequest implements StreamingHttpOutputMessage {
    private final StreamingHttpOutputMessage request;

    Streaming(ClientHttpRequest request, StreamingHttpOutputMessage streaming, Abort stop) {
      super(request, stop);
      this.request = streaming;
    }

    @Override
    public void setBody(Body body) {
      request.setBody(body);
    }
  }
}
