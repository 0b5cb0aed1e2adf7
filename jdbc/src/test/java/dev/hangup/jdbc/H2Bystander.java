package dev.hangup.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Somebody else, who reads other pages of the same database on another connection all the time.
final class H2Bystander implements AutoCloseable {
  private final String url;
  private final AtomicInteger answers = new AtomicInteger();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<Void> reading;
  private volatile boolean over;

  H2Bystander(String url) {
    this.url = url;
    this.reading =
        CompletableFuture.runAsync(this::read, Thread.ofPlatform().name("bystander")::start);
  }

  private void read() {
    String sql = "select sum(length(text)) from pages where id between ? and ?";
    try (Connection connection = DriverManager.getConnection(url);
        PreparedStatement statement = connection.prepareStatement(sql)) {
      while (!over) {
        int first = ThreadLocalRandom.current().nextInt(1, H2CancelIT.PAGES - 50);
        statement.setInt(1, first);
        statement.setInt(2, first + 49);
        try (ResultSet rows = statement.executeQuery()) {
          rows.next();
          if (rows.getInt(1) != 50 * H2CancelIT.LENGTH) {
            failures.add(new AssertionError("answered " + rows.getInt(1)));
          }
        }
        answers.incrementAndGet();
      }
    } catch (SQLException e) {
      failures.add(e);
    }
  }

  int answers() {
    return answers.get();
  }

  Queue<Throwable> failures() {
    return failures;
  }

  /// Counts, for the log.
  @Override
  public String toString() {
    return "bystander: " + answers + " answers, " + failures.size() + " failures";
  }

  @Override
  public void close() {
    over = true;
    reading.join();
  }
}
