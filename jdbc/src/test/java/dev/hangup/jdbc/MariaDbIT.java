package dev.hangup.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// A real MariaDB. Its slow query waits for a lock that another session holds: what is killed in
/// its `sleep` may take two seconds to notice.
class MariaDbIT extends PooledQueries {
  private static DatabaseServer server;
  private static Connection holder;

  @BeforeAll
  static void startServer() throws Exception {
    server = DatabaseServer.mariaDb();
    holder = DriverManager.getConnection(server.url());
    try (Statement statement = holder.createStatement()) {
      statement.execute("select get_lock('held', 1)");
    }
  }

  @AfterAll
  static void stopServer() throws Exception {
    try (DatabaseServer _ = server) {
      holder.close();
    }
  }

  @Override
  Sql sql() {
    return new Sql(
        "MariaDB",
        server.url().replace("/?", "/mysql?"),
        8,
        "select get_lock('held', 20)",
        "select ?, connection_id(), sleep(? / 1000)",
        """
        select count(*) from information_schema.processlist
        where command = 'Query' and id <> connection_id()
        """);
  }

  @Override
  ExecutorService threads() {
    return Executors.newVirtualThreadPerTaskExecutor();
  }
}
