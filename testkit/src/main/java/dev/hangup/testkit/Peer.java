package dev.hangup.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// The server that a client of the [ClientContract] calls: it does what the path says ([Scene]),
/// and records what its socket sees. Everything of it runs on virtual threads.
final class Peer implements AutoCloseable {
  private final Protocol protocol;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<Exchange> exchanges = new LinkedBlockingQueue<>();
  private final Map<String, CompletableFuture<Exchange>> tagged = new ConcurrentHashMap<>();

  private Peer(Protocol protocol) throws IOException {
    this.protocol = protocol;
    this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
  }

  static Peer start(Protocol protocol) throws IOException {
    Peer peer = new Peer(protocol);
    Thread.startVirtualThread(peer::accept);
    return peer;
  }

  URI uri(Scene scene) {
    return URI.create(
        (protocol.isTls() ? "https" : "http")
            + "://127.0.0.1:"
            + ((InetSocketAddress) listener.getLocalSocketAddress()).getPort()
            + scene.path());
  }

  /// A request that can be told from the others.
  URI uri(Scene scene, int tag) {
    return URI.create(uri(scene) + "?" + tag);
  }

  /// The request with that tag, once it has come.
  CompletableFuture<Exchange> tagged(int tag) {
    return tagged.computeIfAbsent(String.valueOf(tag), _ -> new CompletableFuture<>());
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        open.add(socket);
        Thread.startVirtualThread(() -> serve(socket));
      }
    } catch (IOException e) {
      if (!listener.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void serve(Socket transport) {
    try (transport) {
      transport.setTcpNoDelay(true);
      Socket socket = protocol.isTls() ? overTls(transport) : transport;
      if (protocol.isHttp2()) {
        new Http2Connection(this, socket).serve();
      } else {
        new Http1Connection(this, socket).serve();
      }
    } catch (IOException e) {
      // the client is gone; its exchanges have been told
    } finally {
      open.remove(transport);
    }
  }

  private Socket overTls(Socket transport) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            LoopbackTls.get().server().getSocketFactory().createSocket(transport, null, true);
    socket.setUseClientMode(false);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol.isHttp2() ? "h2" : "http/1.1"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /// A request has come: plays its scene on a thread of its own, so that the connection's goes on
  /// watching the client.
  void received(Exchange exchange) {
    exchanges.add(exchange);
    int query = exchange.path().indexOf('?');
    if (query > 0) {
      tagged(Integer.parseInt(exchange.path().substring(query + 1))).complete(exchange);
    }
    Thread.startVirtualThread(() -> {
      try {
        Scene.at(exchange.path()).play(exchange);
      } catch (IOException | InterruptedException e) {
        // the client is gone; who reads from it tells how
      } finally {
        exchange.over();
      }
    });
  }

  /// The next request.
  Exchange next() throws InterruptedException {
    return Objects.requireNonNull(
        exchanges.poll(30, TimeUnit.SECONDS), "the request never came to the peer");
  }

  /// The next request, or null if none comes in that time.
  @Nullable Exchange nextWithin(long millis) throws InterruptedException {
    return exchanges.poll(millis, TimeUnit.MILLISECONDS);
  }

  void forget() {
    exchanges.clear();
    tagged.clear();
  }

  /// How many connections are open.
  int connections() {
    return open.size();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
