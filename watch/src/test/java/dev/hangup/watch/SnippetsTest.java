package dev.hangup.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.CancelledException;
import dev.hangup.Registration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// The code in the javadoc, run.
class SnippetsTest {
  @Test
  void watch() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Socket connection = departed(server)) {
      // @start region="watch"
      var local = (InetSocketAddress) connection.getLocalSocketAddress();
      var remote = (InetSocketAddress) connection.getRemoteSocketAddress();
      try (CancelScope scope = CancelScope.open();
          Registration _ = SocketWatch.shared().onHangUp(local, remote, scope::cancel)) {
        scope.call(this::slowWork);
      } catch (CancelledException e) {
        // the client is gone
        // @end
        assertThat(e.reason()).isEqualTo(new CancelReason.ClientClosed());
        return;
      }
    }
    throw new AssertionError("the work was not stopped");
  }

  private static Socket departed(ServerSocket server) throws IOException {
    try (Socket _ = new Socket(server.getInetAddress(), server.getLocalPort())) {
      return server.accept();
    }
  }

  private Void slowWork() throws InterruptedException {
    new CountDownLatch(1).await();
    return null;
  }
}
