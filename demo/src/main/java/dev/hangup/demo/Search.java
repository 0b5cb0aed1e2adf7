package dev.hangup.demo;

import dev.hangup.server.Handler;
import dev.hangup.server.HttpException;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;

/// `GET /search?q=list&rounds=1000`: the classes of the Java API that have this in their name. The
/// query looks at each of the four thousand names so many times over, as it would in a table of
/// four million: some letters can be typed before it is done.
///
/// Nothing in here asks whether the client is still there: the data source stops the query.
final class Search implements Handler {
  private static final int LONGEST = 100;
  private static final int SHOWN = 8;
  private static final int MOST_ROUNDS = 100_000; // minutes
  private static final String QUERY =
      """
      SELECT NAME FROM JAVA_NAMES CROSS JOIN GENERATE_SERIES(1, ?)
      GROUP BY NAME HAVING MAX(LOCATE(?, LOWER(NAME))) > 0 ORDER BY LENGTH(NAME), NAME\
      """;

  private final DataSource database;
  private final Handler query = ((Handler) this::query).with(OnPlatformThread::new);

  /// @param database has [JavaNames]
  Search(DataSource database) {
    this.database = database;
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    JavaNames.awaitFilled();
    query.handle(request, response);
  }

  private void query(Request request, Response response) throws SQLException {
    String wanted = request.query("q").orElse("").toLowerCase(Locale.ROOT);
    int rounds = request.query("rounds", 1_000, 1, MOST_ROUNDS);
    if (wanted.isBlank() || wanted.length() > LONGEST) {
      throw new HttpException(
          400, "q: " + wanted.length() + " characters (expected: 1 to " + LONGEST + ")");
    }
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(QUERY)) {
      statement.setInt(1, rounds);
      statement.setString(2, wanted);
      try (ResultSet found = statement.executeQuery()) {
        response.json(asJson(found));
      }
    }
  }

  private static String asJson(ResultSet found) throws SQLException {
    List<String> names = new ArrayList<>();
    while (found.next()) {
      names.add(found.getString(1));
    }
    return Json.text(json -> {
      json.writeStartObject();
      json.writeNumberProperty("found", names.size());
      json.writeArrayPropertyStart("names");
      names.stream().limit(SHOWN).forEach(json::writeString);
      json.writeEndArray();
      json.writeEndObject();
    });
  }
}
