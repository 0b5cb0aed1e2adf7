package dev.hangup.jdbc;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// A real PostgreSQL.
class PostgresIT extends PooledQueries {
  private static DatabaseServer server;

  @BeforeAll
  static void startServer() throws IOException {
    server = DatabaseServer.postgres();
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @Override
  Sql sql() {
    return new Sql(
        "PostgreSQL",
        server.url(),
        8,
        "select pg_sleep(20)",
        "select ?::int, pg_backend_pid(), pg_sleep(?::int / 1000.0)",
        """
        select count(*) from pg_stat_activity
        where backend_type = 'client backend' and state <> 'idle' and pid <> pg_backend_pid()
        """);
  }

  @Override
  ExecutorService threads() {
    return Executors.newVirtualThreadPerTaskExecutor();
  }
}
