package dev.hangup.client.apache;

import dev.hangup.DeadlineFields;
import java.io.IOException;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.apache.hc.core5.http.nio.RequestChannel;
import org.apache.hc.core5.http.protocol.HttpContext;

/// A request that carries the time that is left. The client copies the request's fields where they
/// are sent, so the caller's own are put back after that.
///
/// @param producer makes the request
/// @param left the value of `Request-Timeout`
record TimedProducer(AsyncRequestProducer producer, String left) implements AsyncRequestProducer {
  @Override
  public void sendRequest(RequestChannel channel, HttpContext context)
      throws HttpException, IOException {
    producer.sendRequest(
        (request, entity, sendContext) -> {
          Header[] before = request.getHeaders();
          request.setHeader(DeadlineFields.REQUEST_TIMEOUT, left);
          try {
            channel.sendRequest(request, entity, sendContext);
          } finally {
            request.setHeaders(before);
          }
        },
        context);
  }

  @Override
  public boolean isRepeatable() {
    return producer.isRepeatable();
  }

  @Override
  public void failed(Exception cause) {
    producer.failed(cause);
  }

  @Override
  public int available() {
    return producer.available();
  }

  @Override
  public void produce(DataStreamChannel channel) throws IOException {
    producer.produce(channel);
  }

  @Override
  public void releaseResources() {
    producer.releaseResources();
  }
}
