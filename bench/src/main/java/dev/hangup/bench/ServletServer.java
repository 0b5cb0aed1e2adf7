package dev.hangup.bench;

import dev.hangup.CancelPolicy;
import dev.hangup.Cancellation;
import dev.hangup.Registration;
import dev.hangup.servlet.HangUpFilter;
import dev.hangup.watch.SocketWatch;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serial;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/// A servlet container for `servlet`, in a process of its own, with the filter or without.
/// `/wait/ID` waits until its client has left, or for [#LONGEST_MILLIS]; anything else is answered
/// at once. It says, a line each:
///
/// ```
/// ports PLAIN TLS               once it listens
/// arrived ID                    a servlet is about to wait
/// stopped ID HEARD TOLD STOPPED  its client has left: when a watch beside the filter's heard of it,
///                               when its action ran, when its thread went on
/// ended ID                      nobody told it
/// ```
final class ServletServer extends HttpServlet {
  static final int LONGEST_MILLIS = 300;

  @Serial private static final long serialVersionUID = 1L;
  private static final String WAIT = "/wait/";
  private static final byte[] ANSWER = Waiting.TEXT.getBytes(StandardCharsets.US_ASCII);
  private static final String HEARD = "heard";
  private static final CountDownLatch NEVER = new CountDownLatch(1);

  /// Serves until its input ends: with the process that started it.
  static void serve(ServletHost host, boolean filtered, Path keyStore) throws Exception {
    Logger.getLogger("").setLevel(Level.SEVERE);
    Filter filter =
        filtered
            ? heard(HangUpFilter.create(o -> o.withPolicy(_ -> CancelPolicy.INTERRUPT)))
            : null;
    ServletHost.Ports ports = host.serve(new ServletServer(), filter, keyStore);
    System.out.println("ports " + ports.plain() + " " + ports.tls());
    System.in.transferTo(OutputStream.nullOutputStream());
    System.exit(0); // whatever threads it has
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    String path = request.getRequestURI();
    if (path.startsWith(WAIT)) {
      try {
        await(request, path.substring(WAIT.length()));
      } catch (InterruptedException e) {
        throw new ServletException(e);
      }
    }
    response.setContentType("text/plain");
    response.setContentLength(ANSWER.length);
    response.getOutputStream().write(ANSWER);
  }

  private static void await(HttpServletRequest request, String id) throws InterruptedException {
    AtomicLong told = new AtomicLong();
    Registration action = Cancellation.current().onCancel(_ -> told.set(System.nanoTime()));
    System.out.println("arrived " + id);
    try {
      var _ = NEVER.await(LONGEST_MILLIS, TimeUnit.MILLISECONDS);
      System.out.println("ended " + id);
    } catch (InterruptedException hungUp) {
      long stopped = System.nanoTime();
      action.close(); // waits until it has run
      System.out.println(
          "stopped " + id + " " + request.getAttribute(HEARD) + " " + told + " " + stopped);
      throw hungUp;
    }
  }

  /// Before the filter, where the servlet waits: a watch of the same connection, which is told
  /// right before the filter's.
  private static Filter heard(Filter filter) {
    return (request, response, chain) -> {
      if (!((HttpServletRequest) request).getRequestURI().startsWith(WAIT)) {
        filter.doFilter(request, response, chain);
        return;
      }
      InetSocketAddress local =
          new InetSocketAddress(request.getLocalAddr(), request.getLocalPort());
      InetSocketAddress remote =
          new InetSocketAddress(request.getRemoteAddr(), request.getRemotePort());
      AtomicLong heard = new AtomicLong();
      request.setAttribute(HEARD, heard);
      try (Registration _ =
          SocketWatch.shared().onHangUp(local, remote, _ -> heard.set(System.nanoTime()))) {
        filter.doFilter(request, response, chain);
      }
    };
  }
}
