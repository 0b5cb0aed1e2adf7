package dev.hangup.watch;

import dev.hangup.CancelReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Tries a watcher on a connection with ourselves. A kernel that is not quite Linux must be found
/// out here, and not by telling living clients' requests that they are gone.
final class SelfTest {
  private static final int PATIENCE_MILLIS = 2_000;

  private SelfTest() {}

  /// @throws UnsupportedOperationException if it does not see what it should; the message says what
  static void run(Watcher watcher) {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket server = new ServerSocket(0, 1, loopback);
        Socket client = new Socket(loopback, server.getLocalPort());
        Socket connection = accept(server, client)) {
      run(watcher, client, connection);
    } catch (IOException e) {
      throw new UnsupportedOperationException("no connection with ourselves: " + e, e);
    }
  }

  private static Socket accept(ServerSocket server, Socket client) throws IOException {
    server.setSoTimeout(PATIENCE_MILLIS);
    Socket connection = server.accept();
    while (connection.getPort() != client.getLocalPort()) { // a stranger
      connection.close();
      connection = server.accept();
    }
    return connection;
  }

  private static void run(Watcher watcher, Socket client, Socket connection) throws IOException {
    Ends ends =
        new Ends(
            (InetSocketAddress) connection.getLocalSocketAddress(),
            (InetSocketAddress) connection.getRemoteSocketAddress());
    CancelReason before = watcher.look(Endpoints.of(ends));
    if (before != null) {
      throw new UnsupportedOperationException("it takes a living connection for gone: " + before);
    }
    CompletableFuture<CancelReason> told = new CompletableFuture<>();
    Watch watch = new Watch(watcher, () -> Optional.of(ends), true, 0, told::complete);
    watcher.add(watch);
    client.setSoLinger(true, 0);
    client.close();
    try {
      CancelReason reason = told.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      if (!reason.equals(new CancelReason.ClientReset())) {
        throw new UnsupportedOperationException("it takes a reset for " + reason);
      }
    } catch (TimeoutException e) {
      throw new UnsupportedOperationException("it does not hear a reset", e);
    } catch (ExecutionException e) {
      throw new AssertionError("nobody completes it so", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever starts is in a hurry: it is believed
    } finally {
      watch.close();
    }
  }
}
