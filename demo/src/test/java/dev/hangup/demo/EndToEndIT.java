package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.hangup.Cancellation;
import dev.hangup.client.okhttp.CancellableOkHttp;
import dev.hangup.jdbc.CancellableDataSource;
import dev.hangup.jdbc.DatabaseServer;
import dev.hangup.server.Handler;
import dev.hangup.server.Router;
import dev.hangup.server.Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;

/// A tab of a real browser → nginx → our server → OkHttp → Tomcat with our filter → PostgreSQL. The
/// tab is closed, and PostgreSQL says when the query is gone.
class EndToEndIT {
  private static final int ROUNDS = Integer.getInteger("hangup.rounds", 3);
  private static final Duration SOON = Duration.ofSeconds(20); // some 50 ms on a machine at rest
  private static final String QUERY = "select pg_sleep(600)";

  /// When the latest request was cancelled.
  private static final AtomicReference<@Nullable Instant> TOLD = new AtomicReference<>();

  private static final Deque<AutoCloseable> STARTED = new ArrayDeque<>();
  private static DatabaseServer postgres;
  private static Connection observer;
  private static HikariDataSource pool;
  private static Nginx nginx;
  private static ChromeDriver browser;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    postgres = started(DatabaseServer.postgres());
    observer = started(DriverManager.getConnection(postgres.url()));
    pool = started(Database.open(postgres.url(), null, null));
    TomcatBackend tomcat =
        started(
            TomcatBackend.start(
                Files.createDirectory(folder.resolve("tomcat")),
                CancellableDataSource.wrap(pool),
                QUERY));
    Server server =
        started(
            Server.start(
                Router.empty()
                    .get("/", (_, response) -> response.text("a page"))
                    .get("/report", calling(tomcat.url())),
                options -> options.withPort(0)));
    Certificate.in(DemoProcess.cache().resolve("hangup")); // as a demo would
    nginx = Nginx.start(Files.createDirectory(folder.resolve("nginx")), server.port());
    STARTED.push(nginx::stop);
    browser = Chromium.start(folder);
    STARTED.push(browser::quit);
  }

  private static <T extends AutoCloseable> T started(T part) {
    STARTED.push(part);
    return part;
  }

  private static Handler calling(String url) {
    OkHttpClient client =
        CancellableOkHttp.wrap(new OkHttpClient.Builder().readTimeout(Duration.ZERO).build());
    return (request, response) -> {
      Cancellation.current().onCancel(_ -> TOLD.set(Instant.now()));
      Request call = new Request.Builder().url(url).build();
      try (okhttp3.Response answer = client.newCall(call).execute()) {
        response.text(answer.body().string());
      }
    };
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable part : STARTED) {
      part.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1", "HTTP/2"})
  void closedTabStopsTheQuery(String protocol) throws Exception {
    List<Duration> delays = new ArrayList<>();
    List<Duration> untilTold = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      delays.add(
          closeTab(protocol.equals("HTTP/2") ? nginx.secureUrl("") : nginx.url(""), untilTold));
    }
    delays.sort(null);
    untilTold.sort(null);
    System.out.printf(
        "tab, %s, nginx, Hangup, OkHttp, Tomcat, PostgreSQL: Hangup told after %d ms, query gone"
            + " after %d ms (medians of %d), at most %d ms%n",
        protocol,
        untilTold.get(ROUNDS / 2).toMillis(),
        delays.get(ROUNDS / 2).toMillis(),
        ROUNDS,
        delays.getLast().toMillis());

    assertThat(delays.get(ROUNDS / 2)).isLessThan(SOON);
    Poll.until(pool.getHikariPoolMXBean()::getActiveConnections, active -> active == 0);
    assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isEqualTo(10);
  }

  /// From right before the close to the query's end, as PostgreSQL tells it.
  private static Duration closeTab(String url, List<Duration> untilTold) throws Exception {
    String first = browser.getWindowHandle();
    browser.switchTo().newWindow(WindowType.TAB);
    browser.get(url);
    browser.executeScript("fetch('/report')");
    Poll.until(() -> running(QUERY), count -> count == 1);
    CompletableFuture<Instant> gone = whenGone(QUERY);
    TOLD.set(null);
    Instant closed = Instant.now();
    browser.close();
    browser.switchTo().window(first);
    Duration took = Duration.between(closed, gone.get(30, TimeUnit.SECONDS));
    Instant told = Poll.until(TOLD::get, at -> at != null);
    untilTold.add(Duration.between(closed, told));
    return took;
  }

  @Test
  void killedCurlStopsTheDemosQuery(@TempDir Path folder) throws Exception {
    DemoProcess demo = DemoProcess.start(folder, List.of("--no-tls", "--jdbc-url", postgres.url()));
    try {
      assertThat(Curl.run(demo.url("sql?rows=10"))).isEqualTo("{\"pairs\":100,\"sum\":281}");
      Process curl = Curl.start(demo.url("sql?rows=1000000"));
      Poll.until(() -> running("%GENERATE_SERIES%"), count -> count == 1);
      CompletableFuture<Instant> gone = whenGone("%GENERATE_SERIES%");
      Instant killed = Instant.now();
      curl.destroyForcibly();
      Duration took = Duration.between(killed, gone.get(30, TimeUnit.SECONDS));

      System.out.println("/sql: query gone from PostgreSQL after " + took.toMillis() + " ms");
      assertThat(took).isLessThan(SOON);
      demo.out().await("Client has disconnected. Stopping query.");
      assertThat(Curl.run(demo.url("sql?rows=10"))).isEqualTo("{\"pairs\":100,\"sum\":281}");
    } finally {
      demo.stop();
    }
  }

  /// Looks every millisecond.
  private static CompletableFuture<Instant> whenGone(String query) {
    return CompletableFuture.supplyAsync(() -> {
      while (running(query) > 0) {
        LockSupport.parkNanos(1_000_000);
      }
      return Instant.now();
    });
  }

  private static int running(String query) {
    try (Statement statement = observer.createStatement();
        ResultSet count =
            statement.executeQuery(
                "select count(*) from pg_stat_activity where state = 'active'"
                    + (" and pid <> pg_backend_pid() and query like '" + query + "'"))) {
      count.next();
      return count.getInt(1);
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }
}
