package dev.hangup.demo;

import dev.hangup.jdbc.CancellableDataSource;
import dev.hangup.server.Handler;
import dev.hangup.server.Router;
import java.io.IOException;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/// All that the demo answers.
final class Routes {
  private Routes() {}

  /// What this server does itself.
  static Router slow(Events events) throws IOException {
    JdbcDataSource database = new JdbcDataSource();
    database.setUrl(Database.EMBEDDED);
    SlowWork work = new SlowWork(events);
    return Page.addTo(Router.empty())
        .get(ToldStream.PATH, new ToldStream(events), o -> o.withAwaitedAtDrain(false))
        .get("/work", work)
        .post("/work", work)
        .get("/stream", new SlowStream(events))
        .get("/sse", new SlowServerEvents(events))
        .get("/ndjson", new SlowJsonLines(events))
        .get("/download", new SlowDownload(events))
        .post("/upload", new Upload(events))
        .get("/deaf", Told.of(events, "Deaf work", new Deaf()))
        .get("/search", Told.of(events, "Search", new Search(CancellableDataSource.wrap(database))))
        .get("/report", new SlowReport(events, database))
        .get("/report/sessions", new RunningStatements(database));
  }

  /// And what it lets others do: services, a database, native code, programs.
  static Router passing(Router router, Events events, Services services, DataSource database) {
    Chat chat = new Chat(services);
    Handler embedding = Told.of(events, "Embedding", new Embedding().with(OnPlatformThread::new));
    return router
        .get("/race", Told.of(events, "Race", new Race(services)))
        .get("/fan-out", Told.of(events, "Fan-out", new FanOut(services)))
        .get("/chat", Told.of(events, "Chat", chat))
        .get("/chat/upstream", chat::upstream)
        .get(
            "/sql", Told.of(events, "Query", new PooledQuery(database).with(OnPlatformThread::new)))
        .get("/embed", embedding)
        .post("/embed", embedding)
        .get("/transcode", Told.of(events, "Transcoding", new Transcode()));
  }

  /// And what another server answers.
  static Router proxied(Router router, Proxied proxied) {
    return router.get("/proxy/{path...}", proxied).post("/proxy/{path...}", proxied);
  }
}
