package dev.hangup.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;
import org.h2.tools.Server;
import org.junit.jupiter.api.Test;

/// What the recipes for H2 are for: its `Statement.cancel()` forgets the command that runs, also
/// where it came a moment before the command was there to be cancelled, and then finds none ever
/// after.
class H2CancelTest {
  /// Ends by itself after some seconds, so that the test ends too where its cancel is lost.
  private static final String LONG =
      "select count(*) from system_range(1, 10000) a, system_range(1, 10000) b";

  private static final String SHORT = "select sum(x) from system_range(1, 5000)";

  @Test
  void cancelThatMeetsTheBeginIsNotLost() throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:")) {
      assertThat(Recipe.of(connection)).isInstanceOf(H2Recipe.class);
      cancelFromBeginToEnd(connection, 1_000);
    }
  }

  @Test
  void cancelThatMeetsTheBeginIsNotLostOnTheWayToAServer() throws Exception {
    Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
    String url = "jdbc:h2:tcp://localhost:" + server.getPort() + "/mem:test";
    try (Connection connection = DriverManager.getConnection(url)) {
      assertThat(Recipe.of(connection)).isInstanceOf(H2ClientRecipe.class);
      cancelFromBeginToEnd(connection, 15); // each of many cancels connects
    } finally {
      server.stop();
    }
  }

  /// The cancels come without a pause, so that one is always on its way when the query begins.
  private static void cancelFromBeginToEnd(Connection connection, int rounds) throws Exception {
    Recipe recipe = Recipe.of(connection);
    for (int round = 0; round < rounds; round++) {
      try (Statement statement = connection.createStatement()) {
        AtomicBoolean over = new AtomicBoolean();
        Thread canceller =
            Thread.ofPlatform()
                .daemon()
                .start(() -> {
                  for (int attempt = 0; !over.get(); attempt++) {
                    cancel(recipe, connection, statement, attempt);
                  }
                });
        assertThatExceptionOfType(SQLException.class)
            .isThrownBy(() -> statement.execute(LONG))
            .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("57014"));
        over.set(true);
        canceller.join();
        assertThat(recipe.settle(connection, statement)).isTrue();
      }
      assertThat(sum(connection)).isEqualTo(12_502_500L);
    }
  }

  private static void cancel(
      Recipe recipe, Connection connection, Statement statement, int attempt) {
    try {
      recipe.cancel(connection, statement, attempt);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static long sum(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(SHORT)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
