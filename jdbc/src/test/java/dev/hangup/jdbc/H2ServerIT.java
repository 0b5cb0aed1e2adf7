package dev.hangup.jdbc;

import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// An H2 server, whose clients cannot hurt each other: on virtual threads, and interrupted in the
/// end. Each of its cancels opens a connection.
class H2ServerIT extends PooledQueries {
  private static Server server;

  @BeforeAll
  static void startServer() throws SQLException {
    server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
  }

  @AfterAll
  static void stopServer() {
    server.stop();
  }

  @Override
  Sql sql() {
    return new Sql(
        "H2 server",
        "jdbc:h2:tcp://localhost:" + server.getPort() + "/mem:test;DB_CLOSE_DELAY=-1",
        3,
        H2IT.SLOW,
        H2IT.NEXT,
        H2IT.RUNNING);
  }

  @Override
  int rounds() {
    return 600;
  }

  @Override
  ExecutorService threads() {
    return Executors.newVirtualThreadPerTaskExecutor();
  }
}
