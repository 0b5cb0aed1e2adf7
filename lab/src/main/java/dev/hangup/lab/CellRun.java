package dev.hangup.lab;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Makes one experiment several times.
final class CellRun {
  private static final AtomicInteger LAST_ID = new AtomicInteger();

  /// Where this many in a row are not heard, more of them tell nothing new.
  private static final int ENOUGH = 3;

  private final Experiment experiment;
  private final Chain chain;
  private final Client client;
  private final int trials;
  private final Trace trace;
  private final List<Trial> made = new ArrayList<>();
  private int falseHangUps;
  private @Nullable Boolean siblingsAlive;
  private @Nullable Boolean connectionReused;

  CellRun(Experiment experiment, Chain chain, Client client, int trials, Trace trace) {
    this.experiment = experiment;
    this.chain = chain;
    this.client = client;
    this.trials = trials;
    this.trace = trace;
  }

  /// Throws IOException, with words for people, if it cannot be made.
  Cell run() throws Exception {
    warmUp();
    int wanted = experiment.isVanishing() ? Math.min(2, trials) : trials;
    while (made.size() < wanted && !isDeaf()) {
      Trial last = trial(made.isEmpty());
      made.add(last);
      if (!experiment.isStaying()) {
        compareConnections(last, whole());
      }
    }
    if (experiment.isStaying()) {
      falseHangUps += heard();
    }
    return cell();
  }

  /// Over HTTP/1.1 whoever leaves is expected to need another connection.
  private void compareConnections(Trial left, String next) {
    boolean told = !port(next).isEmpty() && !port(next).equals("0") && !left.events().isEmpty();
    if (told && chain.proxy() == null && experiment.protocol().equals("h1")) {
      boolean same = isOnConnectionOf(next, left.events().getFirst().id());
      connectionReused = same || Boolean.TRUE.equals(connectionReused);
    }
  }

  /// What has never been done takes longer the first time.
  private void warmUp() throws Exception {
    if (chain.begin()) {
      var _ = trial(false);
    }
    if (!experiment.isStaying()) {
      var _ = whole();
    }
  }

  private boolean isDeaf() {
    return made.size() >= ENOUGH && heard() == 0 && !experiment.isStaying();
  }

  private int heard() {
    return (int) made.stream().filter(Trial::isHeard).count();
  }

  private Trial trial(boolean first) throws Exception {
    String id = "t" + LAST_ID.incrementAndGet();
    Client.Call sibling = null;
    String siblingId = id + "s";
    if (first && experiment.isOfOneStream()) {
      sibling = client.begin(uri("work", siblingId, Patience.STEPS / 2));
      arrived(siblingId);
    }
    int steps = experiment.isStaying() ? Patience.STEPS / 2 : steps();
    Client.Call call = client.begin(uri(experiment.kind(), id, steps));
    arrived(id);
    long left = Patience.now();
    call.leave();
    if (experiment.isOfItself()) {
      left = Patience.now();
    }
    trace.left(id, left);
    List<Event> events = over(id, steps);
    if (experiment.isStaying()) {
      awaitAnswer(call);
    }
    if (sibling != null && chain.proxy() == null && isOnConnectionOf(siblingId, id)) {
      siblingsAlive = isAnswered(sibling, siblingId);
      connectionReused = isReused(port(id));
    }
    return new Trial(left, events);
  }

  private int steps() {
    if (experiment.kind().equals("download")) {
      return Patience.DOWNLOAD_STEPS;
    }
    return experiment.isVanishing() ? Patience.VANISHED_STEPS : Patience.STEPS;
  }

  private URI uri(String kind, String id, int steps) throws IOException {
    return chain.uri(experiment.protocol()).resolve("/" + kind + "/" + id + "/" + steps);
  }

  private void arrived(String id) throws IOException, InterruptedException {
    if (!chain.server().events().await(id, Events::isUnderWay, Patience.ARRIVAL)) {
      throw new IOException("a request did not arrive in " + Patience.ARRIVAL.toSeconds() + " s");
    }
  }

  private List<Event> over(String id, int steps) throws IOException, InterruptedException {
    boolean over = chain.server().events().await(id, Events::isOver, Patience.steps(steps));
    List<Event> events = chain.server().events().of(id);
    trace.events(events);
    if (!over) {
      throw new IOException("a handler came to no end");
    }
    return events;
  }

  private static void awaitAnswer(Client.Call call) {
    try {
      call.awaitAnswer();
    } catch (Exception e) {
      // a proxy may give it none; whether the handler was told is what is asked here
    }
  }

  private String port(String id) {
    Optional<Event> began = Events.first(chain.server().events().of(id), "began");
    return began.map(Event::more).orElse("");
  }

  /// Not where the server cannot tell.
  private boolean isOnConnectionOf(String id, String other) {
    return !port(id).equals("0") && port(id).equals(port(other));
  }

  private boolean isAnswered(Client.Call sibling, String id) throws Exception {
    List<Event> events = over(id, Patience.STEPS);
    try {
      sibling.awaitAnswer();
    } catch (IOException | ExecutionException e) {
      trace.note("the sibling: " + e);
      return false;
    }
    return Events.first(events, "told").isEmpty();
  }

  /// Whether one more request comes by the same connection.
  private boolean isReused(String port) throws Exception {
    return port(whole()).equals(port);
  }

  /// A request that stays: its handler is not to be told.
  private String whole() throws Exception {
    String id = "w" + LAST_ID.incrementAndGet();
    Client.Call call = client.begin(uri("work", id, Patience.WHOLE_STEPS));
    try {
      call.awaitAnswer();
    } catch (IOException | ExecutionException e) {
      trace.note("a request that stayed: " + e);
    }
    List<Event> events = over(id, Patience.WHOLE_STEPS);
    falseHangUps += Events.first(events, "told").isPresent() ? 1 : 0;
    return id;
  }

  private Cell cell() {
    return new Cell(
        experiment.id(),
        experiment.client(),
        experiment.proxy(),
        experiment.setting(),
        experiment.server(),
        experiment.protocol(),
        experiment.leaving(),
        made.size(),
        heard(),
        falseHangUps,
        experiment.isOfItself()
            ? List.of()
            : made.stream().flatMap(trial -> trial.toldMillis().stream()).toList(),
        made.stream().flatMap(trial -> trial.stoppedMillis().stream()).toList(),
        made.stream().map(Trial::wastedSteps).toList(),
        made.stream().map(Trial::bytesAfter).toList(),
        siblingsAlive,
        connectionReused,
        null,
        experiment.trace(),
        null);
  }
}
