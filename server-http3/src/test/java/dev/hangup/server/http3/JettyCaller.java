package dev.hangup.server.http3;

import dev.hangup.testkit.Caller;
import dev.hangup.testkit.Leaving;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http3.HTTP3ErrorCode;
import org.eclipse.jetty.http3.HTTP3Session;
import org.eclipse.jetty.http3.api.Session;
import org.eclipse.jetty.http3.api.Stream;
import org.eclipse.jetty.http3.client.HTTP3Client;
import org.eclipse.jetty.http3.client.HTTP3ClientQuicConfiguration;
import org.eclipse.jetty.http3.frames.DataFrame;
import org.eclipse.jetty.http3.frames.HeadersFrame;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.quic.quiche.client.QuicheClientQuicConfiguration;
import org.eclipse.jetty.quic.quiche.client.QuicheTransport;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/// Jetty's client, as the contract wants it: its HTTP/3 and QPACK are not Netty's.
final class JettyCaller implements Caller {
  private final Session.Client session;
  private final Semaphore available = new Semaphore(0);
  private Stream last;

  private JettyCaller(Session.Client session) {
    this.session = session;
  }

  static HTTP3Client start() throws Exception {
    HTTP3Client client = new HTTP3Client(configuration());
    client.getClientConnector().setSslContextFactory(new SslContextFactory.Client(true));
    client.start();
    return client;
  }

  /// @param window how much a stream may receive that was not asked for
  static JettyCaller connect(HTTP3Client client, InetSocketAddress server, int window)
      throws IOException {
    QuicheClientQuicConfiguration quic = configuration();
    quic.setLocalBidirectionalStreamMaxData(window);
    QuicheTransport transport = new QuicheTransport(quic);
    return new JettyCaller(
        await(p -> client.connect(transport, server, new Session.Client.Listener() {}, p)));
  }

  private static QuicheClientQuicConfiguration configuration() {
    return HTTP3ClientQuicConfiguration.configure(new QuicheClientQuicConfiguration());
  }

  private static <T> T await(Consumer<Blocker.Promise<T>> begin) throws IOException {
    try {
      return Blocker.blockWithPromise(60, TimeUnit.SECONDS, begin); // the first loads the library
    } catch (TimeoutException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void request(String method, String path, int announced, int sent) throws IOException {
    HttpFields.Mutable fields = HttpFields.build();
    if (announced > 0) {
      fields.put("content-length", announced);
    }
    HttpURI uri = HttpURI.from("https", "localhost", -1, path);
    MetaData.Request head = new MetaData.Request(method, uri, HttpVersion.HTTP_3, fields);
    available.drainPermits();
    last = await(p -> session.newRequest(new HeadersFrame(head, announced == 0), listener(), p));
    if (sent > 0) {
      DataFrame body = new DataFrame(ByteBuffer.allocate(sent), sent == announced);
      Stream _ = await(p -> last.data(body, p));
    }
  }

  private Stream.Client.Listener listener() {
    return new Stream.Client.Listener() {
      @Override
      public void onResponse(Stream.Client stream, HeadersFrame head) {
        available.release();
      }

      @Override
      public void onDataAvailable(Stream.Client stream) {
        available.release();
      }
    };
  }

  /// For the head, or for what was demanded.
  private void await() throws IOException {
    try {
      if (!available.tryAcquire(30, TimeUnit.SECONDS)) {
        throw new IOException("nothing came");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void receiveByte() throws IOException {
    receive(1);
  }

  @Override
  public void receiveFirst() throws IOException {
    receive(1024);
  }

  private void receive(int least) throws IOException {
    await();
    for (int bytes = 0; bytes < least; ) {
      Content.Chunk chunk = last.read();
      if (chunk == null) {
        last.demand();
        await();
      } else if (Content.Chunk.isFailure(chunk)) {
        throw new IOException(chunk.getFailure());
      } else if (chunk.isLast() && bytes + chunk.remaining() < least) {
        throw new IOException("the response has ended");
      } else {
        bytes += chunk.remaining();
        chunk.release();
      }
    }
  }

  @Override
  public void leave(Leaving manner) throws IOException {
    if (manner instanceof Leaving.StreamReset) {
      long code = HTTP3ErrorCode.REQUEST_CANCELLED_ERROR.code();
      Stream _ = await(p -> last.disconnect(code, new IOException("given up"), p));
    } else {
      long code = HTTP3ErrorCode.NO_ERROR.code();
      Session _ = await(p -> ((HTTP3Session) session).close(code, "done", p)); // goAway waits
    }
  }
}
