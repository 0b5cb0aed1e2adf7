package dev.hangup.client.apache;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/// A response's body, part of the work that asked for it until it has been read.
final class StoppableEntity extends HttpEntityWrapper {
  private final ClassicCall call;

  StoppableEntity(HttpEntity entity, ClassicCall call) {
    super(entity);
    this.call = call;
  }

  @Override
  public InputStream getContent() throws IOException {
    return new StoppableStream(super.getContent(), call);
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    AbstractHttpEntity.writeTo(this, out);
  }

  @Override
  public void close() throws IOException {
    call.over();
    super.close();
  }
}
