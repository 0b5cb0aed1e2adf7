package dev.hangup.demo;

import com.zaxxer.hikari.HikariDataSource;
import dev.hangup.jdbc.CancellableDataSource;
import dev.hangup.server.AccessLog;
import dev.hangup.server.Router;
import dev.hangup.server.Server;
import dev.hangup.server.ServerOptions;
import dev.hangup.server.Tls;
import dev.hangup.server.http3.Http3;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// Starts the demo and runs it until ^C.
@Command(
    name = "hangup-demo",
    description = "Slow work over HTTP that stops when its caller hangs up.",
    footer = {"", "Exit status: 1 if it cannot start, 2 if it does not understand its arguments."},
    sortOptions = false)
final class Main implements Callable<Integer> {
  private static final long MAX_UPLOAD = 1L << 30; // none of it is kept

  /// Who presses ^C here wants to see it end.
  private static final Duration DRAIN = Duration.ofSeconds(2);

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      converter = PortNumber.class,
      description = "the port to listen on, 0 for a free one (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(
      names = "--tls-port",
      paramLabel = "PORT",
      defaultValue = "8443",
      converter = PortNumber.class,
      description = "the port to listen on for TLS, 0 for a free one (default: ${DEFAULT-VALUE})")
  private int tlsPort;

  @Option(names = "--no-tls", description = "do without TLS")
  private boolean noTls;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "the address to listen on (default: ${DEFAULT-VALUE})")
  private String host = "127.0.0.1";

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "append each event to FILE, as a JSON object a line")
  private @Nullable Path trace;

  @Option(
      names = "--upstream",
      paramLabel = "URL",
      description = "what /proxy/* is passed on to (default: the demo itself)")
  private @Nullable URI upstream;

  @Option(
      names = "--jdbc-url",
      paramLabel = "URL",
      defaultValue = Database.EMBEDDED,
      description =
          "the database of /sql, H2 or PostgreSQL, as in jdbc:postgresql://127.0.0.1/test"
              + " (default: an H2 in this process)")
  private String jdbcUrl = Database.EMBEDDED;

  @Option(names = "--jdbc-user", paramLabel = "NAME", description = "its user")
  private @Nullable String jdbcUser;

  @Option(names = "--jdbc-password", paramLabel = "PASSWORD", description = "the user's password")
  private @Nullable String jdbcPassword;

  /// Where there is a native library of QUIC.
  private @Nullable Http3 http3;

  @Option(names = "--help", usageHelp = true, description = "show this")
  boolean help;

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /// The command, its failures told in one line.
  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setParameterExceptionHandler((failure, _) ->
            fail(failure.getCommandLine(), failure, "; --help tells what there is", 2))
        .setExecutionExceptionHandler((failure, command, _) -> fail(command, failure, "", 1));
  }

  private static int fail(CommandLine command, Exception failure, String hint, int status) {
    PrintWriter err = command.getErr();
    err.println(command.getCommandName() + ": " + failure.getMessage() + hint);
    err.flush();
    return status;
  }

  @Override
  public Integer call() throws Exception {
    PrintStream out = System.out;
    Seen seen = new Seen();
    UnaryOperator<ServerOptions> options = options(seen);
    try (Events events = Events.open(out, trace);
        Proxied proxied = proxied();
        HikariDataSource pool = Database.open(jdbcUrl, jdbcUser, jdbcPassword);
        Downstream downstream = Downstream.start(events);
        Services services = new Services(downstream.home());
        Server server =
            Server.start(seen.addTo(router(events, services, pool, proxied)), options)) {
      proxied.open(URI.create(home(server)));
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::drain));
      greet(out, server);
      server.awaitClosed();
    }
    return 0;
  }

  private static Router router(
      Events events, Services services, HikariDataSource pool, Proxied proxied) throws IOException {
    DataSource database = CancellableDataSource.wrap(pool);
    Router passing = Routes.passing(Routes.slow(events), events, services, database);
    return Routes.proxied(passing, proxied);
  }

  /// A bad address is told before anything is listened on.
  private Proxied proxied() {
    Proxied proxied = new Proxied();
    if (upstream != null) {
      proxied.open(upstream);
    }
    return proxied;
  }

  private String home(Server server) {
    return "http://" + name() + ":" + server.port() + "/";
  }

  private String name() {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  private String http3() {
    return http3 == null ? "" : "; HTTP/3 on UDP port " + http3.port();
  }

  private UnaryOperator<ServerOptions> options(Seen seen) throws IOException {
    AccessLog accessLog = AccessLog.printing(System.err);
    UnaryOperator<ServerOptions> plain =
        options ->
            options
                .withHost(host)
                .withPort(port)
                .withMaxBodyBytes(MAX_UPLOAD)
                .withDrainTimeout(DRAIN)
                .withHealth("/live", "/ready")
                .withObserver(seen.observer())
                .withAccessLog(accessLog);
    if (noTls) {
      return plain;
    }
    Tls tls = Certificate.in(Certificate.folder(System.getenv(), System.getProperty("user.home")));
    UnaryOperator<ServerOptions> secure = options -> plain.apply(options).withTls(tlsPort, tls);
    if (!Http3.isAvailable()) {
      return secure;
    }
    Http3 engine = Http3.onPort(tlsPort);
    http3 = engine;
    return options -> secure.apply(options).withEngine(engine);
  }

  private void greet(PrintStream out, Server server) {
    String home = home(server);
    out.println("Hangup demo on " + home);
    if (!noTls) {
      out.println(
          "and on https://"
              + (name() + ":" + server.tlsPort())
              + ("/ (HTTP/2" + http3())
              + "; the certificate is self-signed: curl --insecure)");
    }
    out.println("Open it in a browser, or run: curl " + home + "work");
    out.println("Who hangs up, and what stops, shows " + home + "hangup");
    out.println("Then hang up (close the tab, press ^C), and see the work stop here.");
    out.flush();
  }

  /// Reads a port, and says what one is.
  static final class PortNumber implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      try {
        int port = Integer.parseInt(text);
        if (port >= 0 && port <= 65535) {
          return port;
        }
      } catch (NumberFormatException e) {
        throw noPort(text, e);
      }
      throw noPort(text, null);
    }

    private static TypeConversionException noPort(String text, @Nullable Throwable cause) {
      var refused = new TypeConversionException(text + " (expected: 0-65535)");
      refused.initCause(cause);
      return refused;
    }
  }
}
