package dev.hangup.bench;

import dev.hangup.RequestObserver;
import dev.hangup.observe.LivePage;
import dev.hangup.observe.LiveView;
import dev.hangup.observe.RequestMeters;
import dev.hangup.server.Router;
import dev.hangup.server.Server;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/// A server that `observe` measures: with nobody who observes it, or with more and more.
enum ObserveSubject {
  BARE("nobody observes"),
  METERS("meters"),
  ALL("meters, live view, one page open");

  private static final int MOST = 20_000; // more than are in flight

  final String title;

  ObserveSubject(String title) {
    this.title = title;
  }

  Server start() throws Exception {
    Router router =
        Router.empty()
            .get("/", (_, response) -> response.text(Waiting.TEXT))
            .get(Waiting.PATH, (_, _) -> Waiting.await());
    RequestMeters meters = RequestMeters.in(new SimpleMeterRegistry());
    LiveView view = LiveView.open();
    return switch (this) {
      case BARE -> Server.start(router, o -> o.withPort(0).withMaxHandlers(MOST));
      case METERS -> observed(router, meters);
      case ALL -> observed(LivePage.of(view).addTo(router), meters.and(view));
    };
  }

  private static Server observed(Router router, RequestObserver observer) throws Exception {
    return Server.start(router, o -> o.withPort(0).withMaxHandlers(MOST).withObserver(observer));
  }

  /// Serves in a process of its own, until its input ends, and answers as [PeerServer] does. It
  /// says `ports PORT PORT` once it listens.
  void serve() throws Exception {
    int port = start().port();
    PeerServer.answerQuestions("ports " + port + " " + port);
  }
}
