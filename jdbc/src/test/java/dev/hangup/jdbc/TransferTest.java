package dev.hangup.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.hangup.testkit.CancelEverywhere;
import dev.hangup.testkit.Everywhere;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// Money moves from one account to the other, and is cancelled wherever it meets its cancel.
class TransferTest {
  private HikariDataSource pool;
  private DataSource database;

  @BeforeEach
  void open() throws SQLException {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:h2:mem:transfer");
    config.setMaximumPoolSize(1);
    pool = new HikariDataSource(config);
    database = CancellableDataSource.wrap(pool);
    execute("drop table if exists accounts");
    execute("create table accounts (id int primary key, balance int)");
    execute("insert into accounts values (1, 100), (2, 0)");
  }

  @AfterEach
  void close() {
    pool.close();
  }

  @CancelEverywhere
  void neverLeavesMoneyBehind(Everywhere everywhere) throws Exception {
    boolean done = everywhere.run(this::transfer).isPresent();
    String balances = balances();
    assertThat(balances).isIn("100 0", "70 30");
    if (done) {
      assertThat(balances).isEqualTo("70 30");
    }
    assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
  }

  /// As it is often written: without a rollback, and with a `finally` that commits.
  private boolean transfer() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      try {
        statement.execute("update accounts set balance = balance - 30 where id = 1");
        statement.execute("update accounts set balance = balance + 30 where id = 2");
        connection.commit();
      } finally {
        connection.setAutoCommit(true);
      }
      return true;
    }
  }

  private String balances() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select balance from accounts order by id")) {
      rows.next();
      int first = rows.getInt(1);
      rows.next();
      return first + " " + rows.getInt(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
