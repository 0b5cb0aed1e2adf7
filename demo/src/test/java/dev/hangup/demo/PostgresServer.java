package dev.hangup.demo;

import dev.hangup.Deadline;
import dev.hangup.testkit.Tools;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A real PostgreSQL for a test: unpacked from the class path, on a free loopback port, gone with
/// its folder when closed.
///
/// It is the child of a shell that reads our end of a pipe. So it ends with this process too, in
/// whatever way that ends. PostgreSQL refuses root; where the tests run as root it runs as nobody.
final class PostgresServer implements AutoCloseable {
  private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
  private static final int NOBODY = 65534;
  private static final Duration LONGEST_START = Duration.ofSeconds(60);

  /// `$1` is the folder, `$2` the port. The pipe is read by `cat`; nothing is ever written to it.
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      trap 'cd /; rm -rf "$1"' EXIT
      cd "$1" || exit
      tar -xJf postgres.txz || exit
      rm postgres.txz
      bin/initdb -D data -U hangup -A trust -E UTF8 --no-locale -N >log 2>&1 || { cat log; exit; }
      bin/postgres -D data -h 127.0.0.1 -p "$2" -k '' -c fsync=off -c shared_buffers=16MB \
        -c max_connections=40 -c log_min_messages=fatal >>log 2>&1 &
      server=$!
      cat >/dev/null
      kill -INT "$server"
      wait "$server" || cat log
      """;

  private final int port;
  private final Process shell;

  private PostgresServer(int port, Process shell) {
    this.port = port;
    this.shell = shell;
  }

  /// Starts one. Where it cannot run, the test is skipped, or fails under `hangup.tools=required`.
  static PostgresServer start() throws IOException {
    requireTools();
    Path folder = Files.createTempDirectory("hangup-postgres");
    boolean root = Objects.equals(Files.getAttribute(folder, "unix:uid"), 0);
    try (InputStream archive = PostgresServer.class.getResourceAsStream(ARCHIVE)) {
      Files.copy(Objects.requireNonNull(archive, ARCHIVE), folder.resolve("postgres.txz"));
    }
    List<String> command = new ArrayList<>();
    if (root) {
      Files.setAttribute(folder, "unix:uid", NOBODY);
      command.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY));
      command.add("--clear-groups");
    }
    int port = ProxyProcess.freePorts(1).getFirst();
    command.addAll(List.of("sh", "-c", SCRIPT, "postgres", folder.toString(), "" + port));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    PostgresServer server = new PostgresServer(port, builder.start());
    server.awaitAnswer();
    return server;
  }

  private static void requireTools() {
    String here = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    Tools.require(here.equals("Linux amd64"), "PostgreSQL needs Linux amd64, but this is " + here);
    List.of("sh", "tar", "xz", "setpriv").forEach(Tools::require);
  }

  private void awaitAnswer() throws IOException {
    Deadline limit = Deadline.after(LONGEST_START);
    SQLException last = null;
    while (shell.isAlive() && !limit.isExpired()) {
      try (Connection connection = DriverManager.getConnection(url())) {
        if (connection.isValid(5)) {
          return;
        }
      } catch (SQLException notYet) {
        last = notYet;
        LockSupport.parkNanos(20_000_000);
      }
    }
    close();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    throw new IOException("PostgreSQL did not start: " + said, last);
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=hangup";
  }

  /// Stops the server and removes its folder.
  @Override
  public void close() throws IOException {
    shell.getOutputStream().close();
    boolean ended = false;
    try {
      ended = shell.waitFor(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // no more patience
    }
    if (!ended) {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
    }
  }
}
