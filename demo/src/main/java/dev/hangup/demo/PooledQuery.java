package dev.hangup.demo;

import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/// `GET /sql?rows=20000`: a query over rows × rows pairs, as anybody would write it. The data
/// source stops it, and gives the pool back a connection that is as good as before.
final class PooledQuery implements Handler {
  private static final String QUERY =
      """
      SELECT COUNT(*), SUM(MOD(A.N * B.N, 7))
      FROM GENERATE_SERIES(1, ?) A(N) CROSS JOIN GENERATE_SERIES(1, ?) B(N)\
      """;

  private final DataSource database;

  PooledQuery(DataSource database) {
    this.database = database;
  }

  @Override
  public void handle(Request request, Response response) throws SQLException {
    long rows = request.query("rows", 20_000, 1, 1_000_000);
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(QUERY)) {
      query.setLong(1, rows);
      query.setLong(2, rows);
      try (ResultSet result = query.executeQuery()) {
        result.next();
        response.json("{\"pairs\":" + result.getLong(1) + ",\"sum\":" + result.getLong(2) + "}");
      }
    }
  }
}
