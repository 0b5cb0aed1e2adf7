package reports;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
class Reports {
  private static final String REPORT = // ten thousand million rows
      "select sum(mod(a.x * b.x, 7)) from system_range(1, 100000) a, system_range(1, 100000) b";
  private static final String RUNNING = // what the database computes, but for this question itself
      "select count(*) from information_schema.sessions"
          + " where executing_statement is not null and session_id <> session_id()";

  private final JdbcTemplate database;

  Reports(JdbcTemplate database) {
    this.database = database;
  }

  public static void main(String[] arguments) {
    SpringApplication.run(Reports.class, arguments);
  }

  @GetMapping("/report")
  String report() {
    return database.queryForObject(REPORT, Long.class) + "\n";
  }

  @GetMapping("/running")
  String running() {
    return database.queryForObject(RUNNING, Long.class) + "\n";
  }
}
