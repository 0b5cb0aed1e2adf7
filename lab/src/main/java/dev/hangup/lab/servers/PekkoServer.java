package dev.hangup.lab.servers;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/// Pekko HTTP. Its handlers return a future, which nobody cancels; a body's source is cancelled.
/// Who serves each connection by a flow of its own can watch how that ends.
final class PekkoServer {
  private static final Config CONFIG =
      ConfigFactory.parseString(
              "pekko { loglevel = OFF, http.server {"
                  + " enable-http2 = on, remote-address-attribute = on } }")
          .withFallback(ConfigFactory.load());

  private PekkoServer() {}

  /// A future for each request, over HTTP/1.1 and HTTP/2.
  static void serve() {
    ActorSystem system = ActorSystem.create("server", CONFIG);
    Http.get(system)
        .newServerAt(Listening.host(), 0)
        .bind(PekkoServer::handle)
        .thenAccept(binding -> Listening.cleartext(binding.localAddress().getPort()))
        .toCompletableFuture()
        .join();
    Listening.version(Http.class);
  }

  /// A flow for each connection, over HTTP/1.1 alone.
  static void serveFlows() {
    ActorSystem system = ActorSystem.create("server", CONFIG);
    Materializer materializer = Materializer.matFromSystem(system);
    Http.get(system)
        .newServerAt(Listening.host(), 0)
        .connectionSource()
        .to(Sink.foreach(connection -> connection.handleWith(flow(), materializer)))
        .run(system)
        .thenAccept(binding -> Listening.say("h1", "http", binding.localAddress().getPort()))
        .toCompletableFuture()
        .join();
    Listening.version(Http.class);
  }

  private static Flow<HttpRequest, HttpResponse, NotUsed> flow() {
    Queue<Work> works = new ConcurrentLinkedQueue<>();
    return Flow.of(HttpRequest.class)
        .watchTermination((unused, end) -> {
          end.whenComplete((_, _) -> works.forEach(work -> Ticking.tell(work, "connection")));
          return unused;
        })
        .mapAsync(
            1,
            request -> {
              Work work = begin(request);
              works.add(work);
              return answer(work);
            });
  }

  private static Work begin(HttpRequest request) {
    int port = request.getAttribute(AttributeKeys.remoteAddress).orElseThrow().getPort();
    return Work.begin(request.getUri().path(), port);
  }

  private static CompletionStage<HttpResponse> handle(HttpRequest request) {
    return answer(begin(request));
  }

  private static CompletionStage<HttpResponse> answer(Work work) {
    CompletableFuture<HttpResponse> response = new CompletableFuture<>();
    if (work.isStream()) {
      response.complete(
          HttpResponse.create()
              .withEntity(
                  HttpEntities.createChunked(ContentTypes.APPLICATION_OCTET_STREAM, pieces(work))));
    } else {
      Ticking.start(
          work, () -> {}, () -> response.complete(HttpResponse.create().withEntity(work.answer())));
    }
    return response;
  }

  private static Source<ByteString, ?> pieces(Work work) {
    return Source.tick(Duration.ZERO, Duration.ofMillis(Work.STEP_MILLIS), Work.PIECE)
        .takeWhile(_ -> isMore(work))
        .map(piece -> {
          work.wrote();
          return ByteString.fromArrayUnsafe(piece);
        })
        .watchTermination((_, end) -> end.whenComplete((_, _) -> Ticking.tell(work, "cancel")));
  }

  private static boolean isMore(Work work) {
    boolean more = work.step();
    if (!more) {
      work.ended();
    }
    return more;
  }
}
