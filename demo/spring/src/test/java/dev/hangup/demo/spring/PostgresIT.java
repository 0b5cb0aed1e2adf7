package dev.hangup.demo.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.Deadline;
import dev.hangup.jdbc.DatabaseServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// The demo's unchanged `JdbcTemplate` on PostgreSQL through HikariCP: what the database itself
/// says of a query whose client was killed.
class PostgresIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SLACK = Duration.ofSeconds(20); // 100 ms on a machine at rest
  private static final int ROUNDS = Integer.getInteger("hangup.rounds", 3);

  private static final String QUERIES =
      """
      select count(*) from pg_stat_activity
      where state = 'active' and query like '%hangup_demo a,%' and pid <> pg_backend_pid()
      """;
  private static final String CONNECTIONS =
      """
      select count(*) from pg_stat_activity
      where backend_type = 'client backend' and pid <> pg_backend_pid()
      """;

  @Test
  void killedCurlEndsTheQueryAndThePoolIsAsFullAsBefore() throws Exception {
    try (DatabaseServer server = DatabaseServer.postgres();
        Connection connection = DriverManager.getConnection(server.url());
        Statement statement = connection.createStatement()) {
      DemoProcess demo =
          DemoProcess.start(
              "--hangup.grace=10s", // a slow machine makes no stragglers
              "--jdbc-url",
              server.url(),
              "--management.endpoints.web.exposure.include=health,metrics");
      try {
        await(statement, CONNECTIONS, 10);
        for (int round = 0; round < ROUNDS; round++) {
          hangUp(demo, statement);
        }
        assertThat(count(statement, CONNECTIONS)).isEqualTo(10);
        assertThat(demo.get("/actuator/metrics/hikaricp.connections")).contains("\"value\":10");
        assertThat(demo.get("/actuator/metrics/hikaricp.connections.active"))
            .contains("\"value\":0");
      } finally {
        assertThat(demo.stop())
            .noneMatch(line -> line.contains(" ERROR ") || line.contains(" WARN "));
      }
    }
  }

  private static void hangUp(DemoProcess demo, Statement statement) throws Exception {
    Process curl = demo.curl("/sql");
    Deadline limit = Deadline.after(PATIENCE);
    while (count(statement, QUERIES) == 0 && !limit.isExpired()) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(count(statement, QUERIES)).isPositive();
    long killed = System.nanoTime();
    curl.destroyForcibly();
    await(statement, QUERIES, 0);
    Duration took = Duration.ofNanos(System.nanoTime() - killed);

    System.out.println("/sql: PostgreSQL " + took.toMillis() + " ms after curl was killed");
    assertThat(took).isLessThan(SLACK);
  }

  private static void await(Statement statement, String question, long answer) throws SQLException {
    Deadline limit = Deadline.after(PATIENCE);
    while (count(statement, question) != answer && !limit.isExpired()) {
      LockSupport.parkNanos(500_000);
    }
    assertThat(count(statement, question)).as(question).isEqualTo(answer);
  }

  private static long count(Statement statement, String question) throws SQLException {
    try (ResultSet rows = statement.executeQuery(question)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
