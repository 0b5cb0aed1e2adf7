package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.Cancellation;
import dev.hangup.server.Router;
import dev.hangup.server.Server;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/// The code in the README, run.
class ExamplesTest {
  private static final String SLOW_QUERY =
      "SELECT SUM(MOD(A.X * B.X, 7)) FROM SYSTEM_RANGE(1, 40000) A CROSS JOIN SYSTEM_RANGE(1, 40000) B";

  @Test
  void readmesReportStopsInTheDatabaseWhenItsCallerHangsUp() throws Exception {
    String url = "jdbc:h2:mem:readme;DB_CLOSE_DELAY=-1";
    try (Connection connection = DriverManager.getConnection(url);
        Connection observer = DriverManager.getConnection(url);
        Server server = Server.start(router(connection), options -> options.withPort(0))) {
      RawClient client = RawClient.connect(server.address()).request("GET", "/report");
      Poll.until(() -> executing(observer), running -> running == 1);
      client.leave(new Leaving.Close());
      Poll.until(() -> executing(observer), running -> running == 0);
    }
  }

  private static Router router(Connection connection) {
    // @start region="readme"
    Router router =
        Router.empty()
            .get(
                "/report",
                (request, response) -> {
                  try (Statement statement = connection.createStatement()) {
                    ResultSet rows =
                        Cancellation.current()
                            .abortable(
                                (reason, attempt) -> statement.cancel(), // the database stops too
                                () -> statement.executeQuery(SLOW_QUERY));
                    response.json(asJson(rows));
                  }
                });
    // @end
    return router;
  }

  private static String asJson(ResultSet rows) throws SQLException {
    assertThat(rows.next()).isTrue();
    return "[" + rows.getLong(1) + "]";
  }

  private static int executing(Connection observer) {
    try (Statement statement = observer.createStatement();
        ResultSet count =
            statement.executeQuery(
                "SELECT COUNT(*) FROM INFORMATION_SCHEMA.SESSIONS"
                    + " WHERE EXECUTING_STATEMENT LIKE '%CROSS JOIN%' AND SESSION_ID <> SESSION_ID()")) {
      count.next();
      return count.getInt(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
