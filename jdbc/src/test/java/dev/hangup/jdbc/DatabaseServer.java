package dev.hangup.jdbc;

import dev.hangup.Deadline;
import dev.hangup.testkit.Tools;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
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

/// A real database server for a test: on a free loopback port, gone with its folder when closed.
///
/// It is the child of a shell that reads our end of a pipe. So it ends with this process too, in
/// whatever way that ends. What the shell runs gets the folder as `$1` and the port as `$2`; the
/// pipe is read by `cat`, and nothing is ever written to it.
public final class DatabaseServer implements AutoCloseable {
  private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
  private static final int NOBODY = 65534;
  private static final Duration LONGEST_START = Duration.ofMinutes(3);

  private static final String POSTGRES =
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

  private static final String MARIADB =
      """
      trap '' INT TERM HUP
      trap 'cd /; rm -rf "$1"' EXIT
      PATH=$PATH:/usr/sbin
      cd "$1" || exit
      user=$(id -un)
      mariadb-install-db --no-defaults --user="$user" --datadir="$1/data" --skip-test-db \
        --auth-root-authentication-method=normal >log 2>&1 || { cat log; exit; }
      mariadbd --no-defaults --user="$user" --datadir="$1/data" --bind-address=127.0.0.1 --port="$2" \
        --socket="$1/socket" --pid-file="$1/pid" --skip-name-resolve --skip-log-bin \
        --innodb-flush-log-at-trx-commit=0 --innodb-buffer-pool-size=16M >>log 2>&1 &
      server=$!
      cat >/dev/null
      kill -TERM "$server"
      wait "$server" || cat log
      """;

  private final String url;
  private final Process shell;

  private DatabaseServer(String url, Process shell) {
    this.url = url;
    this.shell = shell;
  }

  /// PostgreSQL, unpacked from the class path. It refuses root; where the tests run as root it runs
  /// as nobody.
  public static DatabaseServer postgres() throws IOException {
    String here = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    Tools.require(here.equals("Linux amd64"), "PostgreSQL needs Linux amd64, but this is " + here);
    List.of("sh", "tar", "xz", "setpriv").forEach(Tools::require);
    Path folder = Files.createTempDirectory("hangup-postgres");
    boolean root = Objects.equals(Files.getAttribute(folder, "unix:uid"), 0);
    try (InputStream archive = DatabaseServer.class.getResourceAsStream(ARCHIVE)) {
      Files.copy(Objects.requireNonNull(archive, ARCHIVE), folder.resolve("postgres.txz"));
    }
    List<String> command = new ArrayList<>();
    if (root) {
      Files.setAttribute(folder, "unix:uid", NOBODY);
      command.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY));
      command.add("--clear-groups");
    }
    return start("jdbc:postgresql://127.0.0.1:%d/postgres?user=hangup", command, POSTGRES, folder);
  }

  /// MariaDB, as installed.
  static DatabaseServer mariaDb() throws IOException {
    List.of("sh", "mariadbd", "mariadb-install-db").forEach(Tools::require);
    Path folder = Files.createTempDirectory("hangup-mariadb");
    return start("jdbc:mariadb://127.0.0.1:%d/?user=root", new ArrayList<>(), MARIADB, folder);
  }

  private static DatabaseServer start(String url, List<String> command, String script, Path folder)
      throws IOException {
    int port = freePort();
    command.addAll(List.of("sh", "-c", script, "database", folder.toString(), "" + port));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    DatabaseServer server = new DatabaseServer(url.formatted(port), builder.start());
    server.awaitAnswer();
    return server;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitAnswer() throws IOException {
    Deadline limit = Deadline.after(LONGEST_START);
    SQLException last = null;
    while (shell.isAlive() && !limit.isExpired()) {
      try (Connection connection = DriverManager.getConnection(url)) {
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
    throw new IOException("the database did not start: " + said, last);
  }

  public String url() {
    return url;
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
