import dev.hangup.jdbc.CancellableDataSource;
import dev.hangup.server.AccessLog;
import dev.hangup.server.Router;
import dev.hangup.server.Server;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

class Reports {
  static final String REPORT = // ten thousand million rows
      "select sum(mod(a.x * b.x, 7)) from system_range(1, 100000) a, system_range(1, 100000) b";
  static final String RUNNING = // what the database computes, but for this question itself
      "select count(*) from information_schema.sessions"
          + " where executing_statement is not null and session_id <> session_id()";

  public static void main(String[] arguments) throws Exception {
    var h2 = org.h2.tools.Server.createTcpServer("-ifNotExists", "-tcpPort", "0").start();
    DataSource pool =
        JdbcConnectionPool.create(
            "jdbc:h2:tcp://localhost:" + h2.getPort() + "/mem:reports;DB_CLOSE_DELAY=-1", "sa", "");
    DataSource database = CancellableDataSource.wrap(pool); // its statements stop with their caller

    Router router =
        Router.empty()
            .get("/report", (_, response) -> response.text(ask(database, REPORT) + "\n"))
            .get("/running", (_, response) -> response.text(ask(database, RUNNING) + "\n"));
    AccessLog log = AccessLog.printing(System.out);
    Server server = Server.start(router, o -> o.withPort(8080).withAccessLog(log));
    System.out.println("listening on port " + server.port());
  }

  static long ask(DataSource database, String question) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(question)) {
      rows.next();
      return rows.getLong(1);
    } finally {
      System.out.println("over: " + question);
    }
  }
}
