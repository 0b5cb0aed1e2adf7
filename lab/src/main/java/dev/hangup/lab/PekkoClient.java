package dev.hangup.lab;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/// Pekko HTTP. Its pool answers by a future, which is cancelled; or a kill switch is in the flow of
/// a connection of the request's own, or in that of the answer's body.
final class PekkoClient implements Client {
  private final String leaving;
  private final ActorSystem system;
  private final Http http;

  PekkoClient(Experiment experiment) {
    this.leaving = experiment.leaving();
    this.system =
        ActorSystem.create(
            "client",
            ConfigFactory.parseString("pekko { daemonic = on, loglevel = OFF }")
                .withFallback(ConfigFactory.load()));
    this.http = Http.get(system);
  }

  @Override
  public Call begin(URI uri) {
    SharedKillSwitch end = KillSwitches.shared("end");
    HttpRequest request = HttpRequest.create(uri.toString());
    CompletableFuture<HttpResponse> head =
        (leaving.equals("kill-switch") ? own(request, uri, end) : http.singleRequest(request))
            .toCompletableFuture();
    CompletableFuture<?> answer =
        head.thenCompose(response ->
            response.entity().getDataBytes().via(end.flow()).runWith(Sink.ignore(), system));
    return new FutureCall(
        answer,
        leaving.equals("cancel")
            ? () -> head.cancel(true)
            : () -> end.abort(new CancellationException()));
  }

  private CompletionStage<HttpResponse> own(HttpRequest request, URI uri, SharedKillSwitch end) {
    return Source.single(request)
        .concat(Source.maybe()) // what has ended cannot be aborted
        .via(end.flow())
        .via(http.connectionTo(uri.getHost()).toPort(uri.getPort()).http())
        .runWith(Sink.head(), system);
  }

  @Override
  public void close() throws IOException {
    try {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
