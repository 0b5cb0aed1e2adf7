package dev.hangup.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http3.HTTP3ErrorCode;
import org.eclipse.jetty.http3.api.Session;
import org.eclipse.jetty.http3.api.Stream;
import org.eclipse.jetty.http3.client.HTTP3Client;
import org.eclipse.jetty.http3.client.HTTP3ClientQuicConfiguration;
import org.eclipse.jetty.http3.frames.HeadersFrame;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.quic.quiche.client.QuicheClientQuicConfiguration;
import org.eclipse.jetty.quic.quiche.client.QuicheTransport;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/// Jetty's HTTP/3 client: its stream is disconnected. It is of an older release than its other
/// clients, and so is not reached through them.
final class JettyHttp3Client implements Client {
  private final QuicheClientQuicConfiguration quic =
      HTTP3ClientQuicConfiguration.configure(new QuicheClientQuicConfiguration());
  private final HTTP3Client client = new HTTP3Client(quic);
  private Session.@Nullable Client session;

  JettyHttp3Client(Path folder) throws Exception {
    loadNatives(folder.resolve("quiche"));
    client.getClientConnector().setSslContextFactory(new SslContextFactory.Client(true));
    client.start();
  }

  /// Unpacks its native library, which every process unpacks to a file of the same name: who
  /// overwrites it while another process runs ends that. So ours has a folder of its own.
  private static void loadNatives(Path own) throws Exception {
    String shared = System.setProperty("java.io.tmpdir", own.toAbsolutePath().toString());
    try {
      Class.forName("org.eclipse.jetty.quic.quiche.foreign.NativeHelper");
    } finally {
      System.setProperty("java.io.tmpdir", shared);
    }
  }

  @Override
  public Call begin(URI uri) throws IOException {
    HttpURI target = HttpURI.from("https", "localhost", -1, uri.getPath());
    MetaData.Request head =
        new MetaData.Request("GET", target, HttpVersion.HTTP_3, HttpFields.EMPTY);
    Session.Client connected = connected(uri);
    Answer answer = new Answer();
    Stream stream =
        await(promise -> connected.newRequest(new HeadersFrame(head, true), answer, promise));
    return new FutureCall(
        answer.whole,
        () ->
            stream.disconnect(
                HTTP3ErrorCode.REQUEST_CANCELLED_ERROR.code(),
                new CancellationException(),
                Promise.Invocable.noop()));
  }

  private Session.Client connected(URI uri) throws IOException {
    Session.Client existing = session;
    if (existing != null) {
      return existing;
    }
    InetSocketAddress server = new InetSocketAddress(uri.getHost(), uri.getPort());
    Session.Client made =
        await(promise ->
            client.connect(
                new QuicheTransport(quic), server, new Session.Client.Listener() {}, promise));
    session = made;
    return made;
  }

  private static <T> T await(Consumer<Blocker.Promise<T>> begin) throws IOException {
    try {
      return Blocker.blockWithPromise(20, TimeUnit.SECONDS, begin);
    } catch (TimeoutException e) {
      throw new IOException("QUIC did not answer in 20 s", e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      client.stop();
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /// A response, whose body is thrown away. It is whole once it is as long as was announced: who
  /// reads on may be told of a stream that is no more.
  private static final class Answer implements Stream.Client.Listener {
    final CompletableFuture<Boolean> whole = new CompletableFuture<>();
    private long left = Long.MAX_VALUE;

    @Override
    public void onResponse(Stream.Client stream, HeadersFrame head) {
      long announced = head.getMetaData().getHttpFields().getLongField(HttpHeader.CONTENT_LENGTH);
      left = announced < 0 ? Long.MAX_VALUE : announced;
      goOn(stream);
    }

    @Override
    public void onDataAvailable(Stream.Client stream) {
      Content.Chunk chunk = stream.read();
      if (Content.Chunk.isFailure(chunk)) {
        whole.completeExceptionally(chunk.getFailure());
        return;
      }
      if (chunk != null) {
        left = chunk.isLast() ? 0 : left - chunk.remaining();
        chunk.release();
      }
      goOn(stream);
    }

    private void goOn(Stream.Client stream) {
      if (left > 0) {
        stream.demand();
      } else {
        whole.complete(true);
      }
    }

    @Override
    public void onFailure(Stream.Client stream, long error, Throwable failure) {
      whole.completeExceptionally(failure);
    }
  }
}
