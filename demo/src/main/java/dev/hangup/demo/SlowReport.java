package dev.hangup.demo;

import dev.hangup.Abort;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;

/// `GET /report?rows=20000`: an SQL query over rows × rows pairs, which keeps a core busy for half
/// a minute.
///
/// The database runs in this process, so the query computes on the thread that asks. That is a
/// platform thread: a few such queries on virtual threads would hold all of their carriers, and no
/// other handler would run.
final class SlowReport implements Handler {
  private static final String QUERY =
      """
      SELECT COUNT(*), SUM(MOD(A.X * B.X, 7))
      FROM SYSTEM_RANGE(1, ?) A CROSS JOIN SYSTEM_RANGE(1, ?) B\
      """;

  private final ExecutorService computing =
      Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().name("report-", 0).factory());
  private final Events events;
  private final DataSource database;

  SlowReport(Events events, DataSource database) {
    this.events = events;
    this.database = database;
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    int rows = request.query("rows", 20_000, 1, 1_000_000);
    Story story = events.begin(request, response);
    try {
      response.json(report(rows));
      story.tell("completed", rows, "Query completed.");
    } catch (SQLException | CancelledException stopped) {
      if (Cancellation.current().isCancelled()) {
        story.stopped("Stopping query.");
      }
      throw stopped;
    }
  }

  private String report(int rows) throws Exception {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(QUERY)) {
      statement.setInt(1, rows);
      statement.setInt(2, rows);
      Abort abort = (_, _) -> statement.cancel();
      // H2 must not be interrupted: its statements share what an interrupt would close.
      return Cancellation.current()
          .abortable(
              abort.withInterrupt(Abort.Interrupt.NEVER),
              () -> computing.submit(() -> execute(statement)).get());
    }
  }

  private static String execute(PreparedStatement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery()) {
      result.next();
      return "{\"pairs\":" + result.getLong(1) + ",\"sum\":" + result.getBigDecimal(2) + "}";
    }
  }
}
