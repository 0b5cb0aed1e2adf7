package dev.hangup.bench;

import dev.hangup.Cancellation;
import dev.hangup.Registration;
import dev.hangup.server.HalfClose;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import dev.hangup.server.Server;
import dev.hangup.server.ServerOptions;
import dev.hangup.server.Tls;
import dev.hangup.server.http3.Http3;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/// Hangup for `detect`, in a process of its own: requests that wait until their client leaves, and
/// say when they were told. It says, a line each:
///
/// ```
/// ports PLAIN TLS [HTTP/3]      once it listens
/// arrived ID                    a handler is about to wait
/// stopped ID TOLD STOPPED       its client has left: when its action ran, when its thread went on
/// ```
final class DetectServer {
  private DetectServer() {}

  /// Serves until its input ends: with the process that started it.
  static void serve(HalfClose halfClose, PemFiles files) throws Exception {
    Tls tls = Tls.pem(files.certificate(), files.key());
    Http3 http3 = Http3.onPort(0);
    boolean usual = halfClose == HalfClose.PROBE; // of what else it is, HTTP/3 knows nothing
    try (Server server =
        Server.start(
            DetectServer::handle,
            o -> {
              ServerOptions plain = o.withPort(0).withTls(0, tls).withHalfClose(halfClose);
              return usual ? plain.withEngine(http3) : plain;
            })) {
      System.out.println(
          "ports " + server.port() + " " + server.tlsPort() + (usual ? " " + http3.port() : ""));
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }

  private static void handle(Request request, Response response) throws Exception {
    String path = request.path();
    if (path.equals("/")) {
      response.text("here");
      return;
    }
    if (path.startsWith("/stream/")) {
      response.stream("text/plain").write('!');
    }
    awaitHangUp(path.substring(path.lastIndexOf('/') + 1));
  }

  private static void awaitHangUp(String id) throws InterruptedException {
    AtomicLong told = new AtomicLong();
    Registration action = Cancellation.current().onCancel(_ -> told.set(System.nanoTime()));
    System.out.println("arrived " + id);
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException hungUp) {
      long stopped = System.nanoTime();
      action.close(); // waits until it has run
      System.out.println("stopped " + id + " " + told + " " + stopped);
      throw hungUp;
    }
  }
}
