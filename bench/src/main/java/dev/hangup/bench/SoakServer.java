package dev.hangup.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import dev.hangup.server.Router;
import dev.hangup.server.Server;
import dev.hangup.server.Tls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Hangup for `soak`, in a process of its own. It says `ports PLAIN TLS` once it listens, and for
/// every line of its input a [SoakSample].
final class SoakServer {
  /// How many pieces `/stream` has, and how long each is.
  static final int PIECES = 20;

  static final int PIECE = 1_000;

  /// Who is slow because the machine is busy is no straggler.
  private static final Duration GRACE = Duration.ofSeconds(2);

  private static final AtomicInteger RUNNING = new AtomicInteger();
  private static final AtomicLong REQUESTS = new AtomicLong();
  private static final AtomicLong ALARMS = new AtomicLong();

  private SoakServer() {}

  /// Serves until its input ends: with the process that started it.
  static void serve(PemFiles files) throws Exception {
    Tls tls = Tls.pem(files.certificate(), files.key());
    Logger.getLogger("").addHandler(new Alarms());
    try (Server server =
        Server.start(counted(router()), o -> o.withPort(0).withTls(0, tls).withGrace(GRACE))) {
      System.out.println("ports " + server.port() + " " + server.tlsPort());
      BufferedReader asked =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      while (asked.readLine() != null) {
        System.out.println("sample " + sample().line());
      }
    }
  }

  private static Router router() {
    return Router.empty()
        .get("/", (_, response) -> response.text("fine"))
        .get("/wait", SoakServer::await)
        .get("/stream", SoakServer::stream)
        .post("/echo", (request, response) -> response.bytes("a/b", request.bodyBytes()));
  }

  private static Handler counted(Handler handler) {
    return (request, response) -> {
      REQUESTS.incrementAndGet();
      RUNNING.incrementAndGet();
      try {
        handler.handle(request, response);
      } finally {
        RUNNING.decrementAndGet();
      }
    };
  }

  private static void await(Request request, Response response) throws Exception {
    Thread.sleep(50);
    response.text("waited");
  }

  private static void stream(Request request, Response response) throws Exception {
    OutputStream out = response.stream("application/octet-stream");
    for (int i = 0; i < PIECES; i++) {
      out.write(new byte[PIECE]);
      out.flush();
      Thread.sleep(2);
    }
  }

  private static SoakSample sample() {
    System.gc();
    UnixOperatingSystemMXBean system =
        (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new SoakSample(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory(),
        ManagementFactory.getThreadMXBean().getThreadCount(),
        system.getOpenFileDescriptorCount(),
        RUNNING.get(),
        ALARMS.get(),
        REQUESTS.get());
  }

  /// Counts what was logged at WARNING or above: stragglers, leaks, failures.
  private static final class Alarms extends java.util.logging.Handler {
    @Override
    public void publish(LogRecord entry) {
      if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
        ALARMS.incrementAndGet();
      }
    }

    @Override
    public void flush() {
      // nothing waits
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
