package dev.hangup.server;

import dev.hangup.Cancellation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/// A program: a server that tells by lines what becomes of its requests. Ends with its input.
///
/// Arguments: the transport, the liveness limit in milliseconds, a folder for a certificate. Where
/// the limit is zero, TCP gives up early: after three retransmissions.
public final class ServerMachine {
  private ServerMachine() {}

  public static void main(String[] arguments) throws IOException {
    serve(arguments, UnaryOperator.identity());
  }

  /// Serves.
  ///
  /// @param more what the server is to have besides
  public static void serve(String[] arguments, UnaryOperator<ServerOptions> more)
      throws IOException {
    ServerOptions.Transport transport = ServerOptions.Transport.valueOf(arguments[0]);
    Duration liveness = Duration.ofMillis(Long.parseLong(arguments[1]));
    if (liveness.isZero()) {
      Files.writeString(Path.of("/proc/sys/net/ipv4/tcp_retries2"), "3"); // this machine's alone
    }
    Tls tls = Tls.selfSigned(Path.of(arguments[2]));
    Server server =
        Server.start(
            ServerMachine::handle,
            o ->
                more.apply(
                    o.withHost("0.0.0.0")
                        .withPort(0)
                        .withTls(0, tls)
                        .withTransport(transport)
                        .withLiveness(liveness)
                        .withAccessLog(entry -> say("LOGGED " + entry))));
    say("READY " + server.port() + " " + server.tlsPort());
    while (System.in.read() >= 0) {
      // whatever is said
    }
    System.exit(0);
  }

  private static void say(String line) {
    System.out.println(line);
  }

  /// Its path says how often something is written: `/silent`, `/every/500` (milliseconds) or
  /// `/flood`; what the client is called is in `name`.
  private static void handle(Request request, Response response) throws Exception {
    String name = request.query("name").orElse("?");
    say("BEGAN " + name);
    try {
      String path = request.path();
      if (path.startsWith("/every/")) {
        write(response, Long.parseLong(path.substring("/every/".length())), 1);
      } else if (path.equals("/flood")) {
        write(response, 0, 64 << 10);
      } else {
        new CountDownLatch(1).await();
      }
    } finally {
      say("STOPPED " + name + " " + Cancellation.current().reason().orElseThrow());
    }
  }

  private static void write(Response response, long millis, int times) throws IOException {
    byte[] event = "data: still here\n\n".repeat(times).getBytes(StandardCharsets.US_ASCII);
    try (OutputStream stream = response.stream("text/event-stream")) {
      while (true) {
        stream.write(event);
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
        Cancellation.current().check();
      }
    }
  }
}
