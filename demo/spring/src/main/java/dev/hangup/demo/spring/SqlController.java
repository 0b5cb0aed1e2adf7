package dev.hangup.demo.spring;

import jakarta.annotation.PostConstruct;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// A query that takes many minutes, on whatever database it is.
@RestController
class SqlController {
  private static final Logger LOG = LoggerFactory.getLogger(SqlController.class);
  private static final int NUMBERS = 2_000;

  private final JdbcTemplate database;

  SqlController(JdbcTemplate database) {
    this.database = database;
  }

  @PostConstruct
  void fill() {
    database.execute("drop table if exists hangup_demo");
    database.execute("create table hangup_demo (n int)");
    database.batchUpdate(
        "insert into hangup_demo values (?)",
        IntStream.range(0, NUMBERS).mapToObj(n -> new Object[] {n}).toList());
  }

  @GetMapping("/sql")
  @Nullable Long sql() {
    LOG.info("sql: asking");
    try {
      return database.queryForObject(
          "select count(*) from hangup_demo a, hangup_demo b, hangup_demo c", Long.class);
    } finally {
      LOG.info("sql: over");
    }
  }
}
