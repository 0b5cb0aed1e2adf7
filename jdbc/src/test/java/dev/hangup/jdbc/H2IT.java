package dev.hangup.jdbc;

import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.io.TempDir;

/// An embedded H2 with a file, whose connections share one file channel. It computes on the calling
/// thread, so the threads are the platform's.
class H2IT extends PooledQueries {
  static final String SLOW =
      "select count(*) from system_range(1, 100000) a, system_range(1, 100000) b";
  static final String NEXT = "select cast(? as int), session_id(), ?";
  static final String RUNNING =
      """
      select count(*) from information_schema.sessions
      where executing_statement is not null and session_id <> session_id()
      """;

  @TempDir Path folder;

  @Override
  Sql sql() {
    String url = "jdbc:h2:file:" + folder.resolve("h2") + ";CACHE_SIZE=256";
    return new Sql("H2 file", url, 3, SLOW, NEXT, RUNNING);
  }

  @Override
  ExecutorService threads() {
    return Executors.newFixedThreadPool(sql().workers());
  }
}
