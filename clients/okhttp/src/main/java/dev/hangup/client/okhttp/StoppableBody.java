package dev.hangup.client.okhttp;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/// A response's body whose reads stop with the work.
final class StoppableBody extends ResponseBody {
  private final ResponseBody body;
  private final BufferedSource source;

  StoppableBody(ResponseBody body, StoppableCall call) {
    this.body = body;
    this.source = Okio.buffer(new StoppableSource(body.source(), call));
  }

  @Override
  public @Nullable MediaType contentType() {
    return body.contentType();
  }

  @Override
  public long contentLength() {
    return body.contentLength();
  }

  @Override
  public BufferedSource source() {
    return source;
  }

  /// For one thread at a time, as every source.
  private static final class StoppableSource extends ForwardingSource {
    private final StoppableCall call;

    StoppableSource(Source body, StoppableCall call) {
      super(body);
      this.call = call;
    }

    @Override
    public long read(Buffer sink, long most) throws IOException {
      long read = call.stoppable(() -> delegate().read(sink, most));
      if (read < 0) {
        call.over();
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      call.over();
      super.close();
    }
  }
}
