package dev.hangup.demo;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The database of `/sql`.
final class Database {
  /// In this process, gone with it.
  static final String EMBEDDED = "jdbc:h2:mem:demo;DB_CLOSE_DELAY=-1";

  /// It tells of its begin and its end. Held, or it would be forgotten.
  private static final Logger POOL = Logger.getLogger("com.zaxxer.hikari");

  private Database() {}

  /// A pool, which begins to connect when it is first asked.
  ///
  /// @throws SQLException if there is no such database: names it and says why
  static HikariDataSource open(String url, @Nullable String user, @Nullable String password)
      throws SQLException {
    if (!url.equals(EMBEDDED)) {
      try {
        DriverManager.getConnection(url, user, password).close();
      } catch (SQLException failure) {
        throw new SQLException("jdbc-url: " + url + " (" + failure.getMessage() + ")", failure);
      }
    }
    POOL.setLevel(Level.WARNING);
    HikariDataSource pool = new HikariDataSource();
    pool.setJdbcUrl(url);
    pool.setUsername(user);
    pool.setPassword(password);
    return pool;
  }
}
