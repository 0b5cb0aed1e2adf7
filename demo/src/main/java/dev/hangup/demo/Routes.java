package dev.hangup.demo;

import dev.hangup.server.Router;
import java.io.IOException;
import org.h2.jdbcx.JdbcDataSource;

/// All that the demo answers.
final class Routes {
  private Routes() {}

  static Router all(Events events) throws IOException {
    JdbcDataSource database = new JdbcDataSource();
    database.setUrl("jdbc:h2:mem:demo;DB_CLOSE_DELAY=-1");
    SlowWork work = new SlowWork(events);
    return Router.empty()
        .get("/", Page.load("page.html"))
        .get("/work", work)
        .post("/work", work)
        .get("/stream", new SlowStream(events))
        .get("/sse", new SlowServerEvents(events))
        .get("/ndjson", new SlowJsonLines(events))
        .get("/download", new SlowDownload(events))
        .post("/upload", new Upload(events))
        .get("/report", new SlowReport(events, database))
        .get("/report/sessions", new RunningStatements(database));
  }

  /// And what another server answers.
  static Router proxied(Router router, Proxied proxied) {
    return router.get("/proxy/{path...}", proxied).post("/proxy/{path...}", proxied);
  }
}
