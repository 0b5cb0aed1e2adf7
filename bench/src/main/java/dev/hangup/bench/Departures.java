package dev.hangup.bench;

import dev.hangup.testkit.Leaving;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One departure with one server, again and again, one at a time. Streams that are reset share a
/// connection, on which another one goes on.
final class Departures {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /// Servers bound the resets that they take on one connection.
  private static final int RESETS_ON_A_CONNECTION = 100;

  private final Departure departure;
  private final ServerProcess server;
  private final Latencies latencies = new Latencies();
  private @Nullable Visitor shared;
  private String sibling = "";
  private int resets;

  Departures(Departure departure, ServerProcess server) {
    this.departure = departure;
    this.server = server;
  }

  Departure departure() {
    return departure;
  }

  String server() {
    return server.name();
  }

  Latencies latencies() {
    return latencies;
  }

  /// One trial; the client leaves when the handler has waited so long.
  void attempt(Duration pause) throws IOException, InterruptedException {
    if (departure.manner() instanceof Leaving.StreamReset) {
      attempt(shared(), pause);
    } else {
      try (Visitor own = connect()) {
        attempt(own, pause);
      }
    }
  }

  private void attempt(Visitor visitor, Duration pause) throws IOException, InterruptedException {
    String id = ask(visitor);
    LockSupport.parkNanos(pause.toNanos());
    long left = System.nanoTime();
    visitor.leave(departure.manner());
    String times = server.await("stopped " + id, PATIENCE);
    latencies.add(times == null ? null : Latencies.Trial.of(left, times));
  }

  private Visitor connect() throws IOException {
    return Visitor.connect(server.address(departure.speech()), departure.speech());
  }

  /// Returns the request's number once its handler is about to wait.
  private String ask(Visitor visitor) throws IOException, InterruptedException {
    String id = server.nextId();
    visitor.ask(departure.phase().path(id));
    if (departure.phase() == Departure.Phase.STREAM) {
      visitor.receiveByte();
    }
    if (server.await("arrived " + id, PATIENCE) == null) {
      throw new IOException(server.name() + " did not handle a request: " + departure.title());
    }
    return id;
  }

  private Visitor shared() throws IOException, InterruptedException {
    if (resets == RESETS_ON_A_CONNECTION) {
      end();
    }
    Visitor connected = shared;
    if (connected == null) {
      connected = connect();
      shared = connected;
      sibling = ask(connected);
      resets = 0;
    }
    resets++;
    return connected;
  }

  /// Closes what is shared. The stream that was not reset is told now, not before.
  void end() throws IOException, InterruptedException {
    if (shared != null) {
      shared.close();
      shared = null;
      if (server.await("stopped " + sibling, PATIENCE) == null) {
        throw new IOException(server.name() + " stopped a stream that nobody had reset");
      }
    }
  }
}
