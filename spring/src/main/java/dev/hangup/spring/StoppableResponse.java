package dev.hangup.spring;

import dev.hangup.Abort;
import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.Op;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;

/// A response, the reads of whose body stop with the work.
final class StoppableResponse implements ClientHttpResponse {
  private static final System.Logger LOG = System.getLogger("dev.hangup.spring");

  private final ClientHttpResponse response;
  private final Cancellation work;
  private final Abort stop;

  StoppableResponse(ClientHttpResponse response, Cancellation work, Abort stop) {
    this.response = response;
    this.work = work;
    this.stop = stop;
  }

  @Override
  public InputStream getBody() throws IOException {
    return new Body(response.getBody(), stop);
  }

  @Override
  public HttpStatusCode getStatusCode() throws IOException {
    return response.getStatusCode();
  }

  @Override
  public String getStatusText() throws IOException {
    return response.getStatusText();
  }

  @Override
  public HttpHeaders getHeaders() {
    return response.getHeaders();
  }

  /// Of a cancelled work's response the body is cut first: to close it, Spring would read the rest.
  @Override
  public void close() {
    if (work.isCancelled()) {
      try {
        response.getBody().close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "a cancelled call's body was not closed", e);
      }
    }
    response.close();
  }

  private static final class Body extends FilterInputStream {
    private final Abort stop;

    Body(InputStream body, Abort stop) {
      super(body);
      this.stop = ((Abort) this::closeIfDeaf).withInterrupt(stop.interrupt());
    }

    /// Reactor's does not hear of an interrupt, but of a close by another thread.
    private void closeIfDeaf(CancelReason reason, int attempt) throws IOException {
      if (attempt > 0) {
        in.close();
      }
    }

    @Override
    public int read() throws IOException {
      return stopping(in::read);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return stopping(() -> in.read(bytes, offset, length));
    }

    @Override
    public long skip(long n) throws IOException {
      return stopping(() -> in.skip(n));
    }

    private <T> T stopping(Op<T, IOException> read) throws IOException {
      return Cancellation.current().<T, IOException>abortable(stop, read);
    }
  }
}
