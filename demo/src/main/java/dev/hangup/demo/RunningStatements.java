package dev.hangup.demo;

import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/// `GET /report/sessions`: what the database executes now, as a JSON array, so that one sees that a
/// report is gone.
final class RunningStatements implements Handler {
  private static final String QUERY =
      """
      SELECT EXECUTING_STATEMENT FROM INFORMATION_SCHEMA.SESSIONS
      WHERE EXECUTING_STATEMENT IS NOT NULL AND SESSION_ID <> SESSION_ID()\
      """;

  private final DataSource database;

  RunningStatements(DataSource database) {
    this.database = database;
  }

  @Override
  public void handle(Request request, Response response) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(QUERY);
        ResultSet sessions = statement.executeQuery()) {
      response.json(asJson(sessions));
    }
  }

  private static String asJson(ResultSet sessions) throws SQLException {
    return Json.text(json -> {
      json.writeStartArray();
      while (sessions.next()) {
        json.writeString(sessions.getString(1));
      }
      json.writeEndArray();
    });
  }
}
