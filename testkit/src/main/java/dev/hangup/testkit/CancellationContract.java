package dev.hangup.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.hangup.CancelReason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The law that every engine passes: **one request is told at most once, promptly, and only if its
/// client is gone**.
///
/// An engine's test is a subclass that says how the engine is started, and names what it cannot do,
/// each with its reason. The axes are what the handler is doing × how the client leaves, on real
/// loopback sockets; each of them [#trials()] times.
public abstract class CancellationContract {
  private static final int TRIALS = Integer.getInteger("hangup.trials", 10);
  private static final int REQUESTS = 200;

  private final BlockingQueue<Visit> visits = new LinkedBlockingQueue<>();
  private Running engine = new Running(new InetSocketAddress(0), () -> {});

  /// For subclasses.
  protected CancellationContract() {}

  /// Starts the engine on a free loopback port.
  ///
  /// @param endpoints what to do for a request, by its path
  /// @return the running engine
  /// @throws Exception if it does not start
  protected abstract Running start(Map<String, Endpoint> endpoints) throws Exception;

  /// What the clients speak.
  ///
  /// @return HTTP/1.1 unless a subclass says otherwise
  protected Protocol protocol() {
    return Protocol.HTTP1;
  }

  /// Connects a client. An engine whose protocol is none of [Protocol] brings its own, and says
  /// there what it is like.
  ///
  /// @param server where the engine listens
  /// @param receiveBuffer how much it takes that it has not asked for; 0 for the usual
  /// @return one that speaks the protocol
  /// @throws IOException if it cannot connect
  protected Caller connect(InetSocketAddress server, int receiveBuffer) throws IOException {
    return protocol().connect(server, receiveBuffer);
  }

  /// The manners of leaving that clients have.
  ///
  /// @return those of the protocol unless a subclass says otherwise
  protected List<Leaving> leavings() {
    return protocol().leavings();
  }

  /// How often each case is tried.
  ///
  /// @return `-Dhangup.trials`, 10 if it is not set
  protected int trials() {
    return TRIALS;
  }

  /// What this engine cannot do: the reason by the test's name, `blocked_without_writing, reset`
  /// for instance.
  ///
  /// @return empty for an engine without differences
  protected Map<String, String> differences() {
    return Map.of();
  }

  /// Why this engine cannot always tell in which manner a client left.
  ///
  /// @return empty for an engine that can
  protected Optional<String> vagueness() {
    return Optional.empty();
  }

  /// An engine that is running.
  ///
  /// @param address where it listens
  /// @param stop stops it
  public record Running(InetSocketAddress address, AutoCloseable stop) {}

  /// What the engine's handler calls, inside the request's work.
  @FunctionalInterface
  public interface Endpoint {

    /// Handles the request.
    ///
    /// @param visit the request
    /// @throws Exception to be passed on to the engine
    void handle(Visit visit) throws Exception;
  }

  @BeforeEach
  final void startEngine() throws Exception {
    Map<String, Endpoint> endpoints = new HashMap<>();
    for (Phase phase : Phase.values()) {
      endpoints.put(phase.path(), visit -> enter(visit, phase::handle));
    }
    endpoints.put("/answer", visit -> enter(visit, this::answer));
    engine = start(Map.copyOf(endpoints));
  }

  private void enter(Visit visit, Visit.Behaviour behaviour) throws Exception {
    visits.add(visit);
    visit.stay(behaviour);
  }

  private void answer(Visit visit) throws Exception {
    try (var body = visit.responseBody()) {
      body.write('!');
    }
  }

  @AfterEach
  final void stopEngine() throws Exception {
    engine.stop().close();
  }

  @TestFactory
  Stream<DynamicTest> hangUpStopsHandler() {
    return Stream.of(Phase.values())
        .filter(phase -> phase.isOf(protocol()))
        .flatMap(phase -> leavings().stream().map(leaving -> hangUpStopsHandler(phase, leaving)));
  }

  private DynamicTest hangUpStopsHandler(Phase phase, Leaving leaving) {
    String name = phase.path().substring(1) + ", " + leaving.name();
    return dynamicTest(
        name,
        () -> {
          String difference = differences().get(name);
          if (difference != null) {
            abort("known difference: " + difference);
          }
          for (int trial = 0; trial < trials(); trial++) {
            leaveOnce(phase, leaving);
          }
        });
  }

  private void leaveOnce(Phase phase, Leaving leaving) throws Exception {
    Caller client = connect(engine.address(), 4096);
    phase.request(client);
    Visit visit = nextVisit();
    visit.awaitArrival();
    phase.receive(client);
    client.leave(leaving);
    CancelReason reason = visit.awaitTold();
    assertTrue(reason.isHangUp(), () -> reason + " is no hang-up");
    assertReason(phase, leaving, reason);
    assertTrue(visit.awaitEnd().isPresent(), "the handler returned as if nothing had happened");
    assertEquals(1, visit.timesTold());
    assertNull(visits.poll(), "a request of a client that had left was started");
  }

  private void assertReason(Phase phase, Leaving leaving, CancelReason reason) {
    String expected =
        switch (leaving) {
          case Leaving.Close _ -> "client_closed";
          case Leaving.Reset _ -> "client_reset";
          case Leaving.StreamReset _ -> "stream_reset";
        };
    boolean writeMayFailFirst = phase == Phase.STREAM_BLOCKED;
    // A TLS client that has not read its session tickets resets the connection by closing it.
    boolean closeMayReset = protocol().isTls() && leaving instanceof Leaving.Close;
    if (!writeMayFailFirst && !closeMayReset && vagueness().isEmpty()) {
      assertEquals(expected, reason.code());
    }
  }

  private Visit nextVisit() throws InterruptedException {
    return Objects.requireNonNull(visits.poll(30, TimeUnit.SECONDS), "the request never arrived");
  }

  @Test
  void requestsThatCompleteAreNeverTold() throws Exception {
    Caller client = connect(engine.address(), 0);
    for (int i = 0; i < REQUESTS; i++) {
      client.request("GET", "/answer", 0, 0);
      client.receiveByte();
    }
    List<Visit> over = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      over.add(nextVisit());
      assertTrue(over.getLast().awaitEnd().isEmpty());
    }
    client.leave(new Leaving.Close());
    for (Visit visit : over) {
      assertEquals(0, visit.timesTold());
    }
  }

  @Test
  void hangUpTellsNobodyElse() throws Exception {
    Caller stays = connect(engine.address(), 0);
    Phase.BLOCKED_WITHOUT_WRITING.request(stays);
    Visit staying = nextVisit();
    staying.awaitArrival();
    for (Leaving leaving : leavings()) {
      leaveOnce(Phase.BLOCKED_WITHOUT_WRITING, leaving);
    }
    assertEquals(0, staying.timesTold());
    stays.leave(new Leaving.Close());
    assertTrue(staying.awaitTold().isHangUp());
    assertTrue(staying.awaitEnd().isPresent());
  }
}
