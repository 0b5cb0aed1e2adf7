package dev.hangup.jdbc;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// A real MariaDB.
class MariaDbIT extends PooledQueries {
  private static DatabaseServer server;

  @BeforeAll
  static void startServer() throws IOException {
    server = DatabaseServer.mariaDb();
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @Override
  Sql sql() {
    return new Sql(
        "MariaDB",
        server.url().replace("/?", "/mysql?"),
        8,
        "select sleep(20)",
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
