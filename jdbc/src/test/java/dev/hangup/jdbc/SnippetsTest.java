package dev.hangup.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.hangup.Cancellation;
import dev.hangup.Hangup;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/// The code in the javadoc and the guide, run.
class SnippetsTest {
  @Test
  void wrap() throws Exception {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:h2:mem:");
    // @start region="wrap"
    DataSource pool = new HikariDataSource(config);
    DataSource database = CancellableDataSource.wrap(pool); // hand this one out
    // @end
    assertThat(Hangup.<Integer>withDeadline(Duration.ofSeconds(5), () -> report(database)))
        .isEqualTo(3);
    pool.unwrap(HikariDataSource.class).close();
  }

  // @start region="use"
  static int report(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("select x from system_range(1, ?)")) {
      statement.setInt(1, 2);
      int sum = 0;
      try (ResultSet rows = statement.executeQuery()) { // stops when the caller hangs up
        while (rows.next()) { // so does this, between rows
          sum += rows.getInt(1);
        }
      }
      return sum;
    }
  }

  // @end

  // @start region="audit"
  static void audit(DataSource database, String what) throws SQLException {
    Cancellation.current()
        .shielded(
            Duration.ofSeconds(2),
            () -> {
              try (Connection connection = database.getConnection();
                  PreparedStatement statement =
                      connection.prepareStatement("insert into audit values (?)")) {
                statement.setString(1, what);
                return statement.executeUpdate();
              }
            });
  }
  // @end
}
