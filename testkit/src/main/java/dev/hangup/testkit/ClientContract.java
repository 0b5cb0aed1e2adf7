package dev.hangup.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.Hangup;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/// The law that every wrapped HTTP client passes: **a call stops with the work that made it, and
/// its peer sees that**.
///
/// A client's test is a subclass for each protocol that it speaks. It says how the client is
/// started and called, and names what it cannot do, each with its reason. The axes are how the call
/// is made × how far the peer has come × why the work stops. The peer is a server that records what
/// its socket sees: a close or a reset, or the reset of the one stream while its connection and a
/// sibling stream go on. What the client itself says of its cancel counts for nothing.
@Timeout(120)
public abstract class ClientContract {
  private static final List<Scene> SCENES =
      List.of(Scene.BEFORE_HEADERS, Scene.AFTER_HEADERS, Scene.MID_BODY, Scene.DRIP);
  private static final int CANCEL = 8; // RFC 9113 §7
  private static final int MANY = 2_000;

  private final List<Long> times = new ArrayList<>();
  private @Nullable Peer peer;
  private @Nullable Client client;

  /// For subclasses.
  protected ClientContract() {}

  /// Starts a wrapped client.
  ///
  /// @param setup what it must be able to do
  /// @return the client, closed after each test
  /// @throws Exception if it does not start
  protected abstract Client start(Setup setup) throws Exception;

  /// What the client is to speak.
  ///
  /// @return HTTP/1.1 unless a subclass says otherwise
  protected Protocol protocol() {
    return Protocol.HTTP1;
  }

  /// How the client can be called.
  ///
  /// @return all unless a subclass says otherwise
  protected Set<Mode> modes() {
    return EnumSet.allOf(Mode.class);
  }

  /// How many calls are aborted to find a leak; all else that is repeated follows.
  ///
  /// @return 2,000, or the system property `hangup.aborts`; fewer where another protocol of the
  ///   same client takes the same way
  protected int calls() {
    return Integer.getInteger("hangup.aborts", MANY);
  }

  /// What this client cannot do: the reason by the test's name, `sync, mid body, deadline` for
  /// instance. The caller must be told there too; the peer need not. `sync, timeout` for instance:
  /// the client's own time-out does not end a call.
  ///
  /// `sync`, `async` or `stream` alone: the library wraps our exception there, or waits where only
  /// an interrupt reaches it; a cause, or an [InterruptedException], is enough. `error` alone: its
  /// resets of a stream need not say CANCEL. `connection` alone: over HTTP/2 it closes the
  /// connection, which no other exchange shares.
  ///
  /// @return empty for a client without differences
  protected Map<String, String> differences() {
    return Map.of();
  }

  /// What a client is started for.
  ///
  /// @param protocol what it is to speak; over plain TCP without any negotiation
  /// @param tls trusts the peer's certificate and no other
  /// @param trust the same trust, for clients that want it apart
  /// @param timeout after which the client itself gives up, or empty for never
  public record Setup(
      Protocol protocol, SSLContext tls, X509TrustManager trust, Optional<Duration> timeout) {}

  /// How a call is made.
  public enum Mode {
    /// The caller waits for the whole answer.
    SYNC,
    /// The caller gets a future of the whole answer.
    ASYNC,
    /// The caller waits for the head, then reads the body as it comes.
    STREAM,
    /// The caller waits for the head, and reads no more when the work stops.
    STREAM_UNREAD;

    boolean isStream() {
      return this == STREAM || this == STREAM_UNREAD;
    }

    String kind() {
      return isStream() ? "stream" : toString();
    }

    /// For people.
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /// A wrapped client, as plain code calls it: all GET, all in ASCII. A mode that [#modes()] leaves
  /// out is never called.
  public interface Client extends AutoCloseable {

    /// Waits for the whole answer.
    ///
    /// @param uri of the peer
    /// @return the body
    /// @throws Exception what the client throws
    String get(URI uri) throws Exception;

    /// Asks for the whole answer.
    ///
    /// @param uri of the peer
    /// @return completes with the body, or as the client's own future or callback is told
    /// @throws Exception what the client throws
    CompletionStage<String> getAsync(URI uri) throws Exception;

    /// Waits for the head.
    ///
    /// @param uri of the peer
    /// @return the body as it comes
    /// @throws Exception what the client throws
    InputStream stream(URI uri) throws Exception;

    /// Ends the client, whatever it is doing.
    ///
    /// @throws IOException what the client throws
    @Override
    void close() throws IOException;
  }

  /// Why the work stops.
  enum End {
    HANG_UP("client_closed"),
    DEADLINE("deadline_exceeded"),
    LOST_RACE("application");

    final String code;

    End(String code) {
      this.code = code;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  @BeforeEach
  final void startPeerAndClient() throws Exception {
    peer = Peer.start(protocol());
    client = start(setup(Optional.empty()));
  }

  private Setup setup(Optional<Duration> timeout) {
    LoopbackTls tls = LoopbackTls.get();
    return new Setup(protocol(), tls.client(), tls.trust(), timeout);
  }

  @AfterEach
  final void stopPeerAndClient() throws Exception {
    times.removeIf(time -> time == 0);
    if (!times.isEmpty()) {
      times.sort(null);
      System.out.printf(
          "%s: the peer saw the end after p50 %.1f ms, at most %.1f ms%n",
          getClass().getSimpleName(), times.get(times.size() / 2) / 1e6, times.getLast() / 1e6);
    }
    client().close();
    peer().close();
  }

  private Peer peer() {
    return Objects.requireNonNull(peer);
  }

  private Client client() {
    return Objects.requireNonNull(client);
  }

  @TestFactory
  Stream<DynamicTest> peerSeesTheCallStop() {
    return modes().stream()
        .flatMap(mode ->
            SCENES.stream()
                .filter(scene -> scene != Scene.BEFORE_HEADERS || mode != Mode.STREAM_UNREAD)
                .flatMap(scene ->
                    Stream.of(End.values()).map(end -> peerSeesTheCallStop(mode, scene, end))));
  }

  private DynamicTest peerSeesTheCallStop(Mode mode, Scene scene, End end) {
    String name = mode + ", " + scene + ", " + end;
    return dynamicTest(
        name,
        () -> {
          String difference = differences().get(name);
          boolean seen = difference == null;
          int trials = calls() < MANY ? 2 : 4;
          Optional<Exchange> sibling = openSibling();
          for (ClientTrials.Outcome outcome :
              new ClientTrials(peer(), client(), mode, scene, end, seen).run(trials)) {
            assertTold(mode, end.code, outcome.told());
            if (seen) {
              times.add(outcome.after());
              assertSight(outcome.sight(), outcome.exchange(), sibling);
            }
          }
          assertNull(peer().nextWithin(10), "the client tried again what was given up");
          closeSibling(sibling);
          assertEquals("answer", client().get(peer().uri(Scene.ANSWER)));
          peer().forget();
          if (difference != null) {
            abort("known difference: " + difference);
          }
        });
  }

  private @Nullable CompletableFuture<String> siblingAnswer;

  /// Over HTTP/2, another stream of the same connection, of nobody's work.
  private Optional<Exchange> openSibling() throws Exception {
    if (!protocol().isHttp2()) {
      return Optional.empty();
    }
    siblingAnswer =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return client().get(peer().uri(Scene.HELD));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            },
            task -> Thread.ofVirtual().start(task));
    return Optional.of(peer().next());
  }

  private void closeSibling(Optional<Exchange> sibling) throws Exception {
    if (sibling.isPresent()) {
      assertFalse(sibling.get().isLeft(), "a stream that nobody gave up was reset");
      sibling.get().release();
      assertEquals("answer", Objects.requireNonNull(siblingAnswer).get(30, TimeUnit.SECONDS));
    }
  }

  private void assertSight(Sight sight, Exchange exchange, Optional<Exchange> sibling) {
    if (!protocol().isHttp2() || differences().containsKey("connection")) {
      assertFalse(sight.manner() instanceof Leaving.StreamReset, sight::toString);
      return;
    }
    assertEquals(new Leaving.StreamReset(), sight.manner(), "the connection was given up");
    if (!differences().containsKey("error")) {
      assertEquals(CANCEL, sight.error(), "the error of the reset");
    }
    assertSame(sibling.orElseThrow().connection(), exchange.connection(), "no sibling");
  }

  private void assertTold(Mode mode, String code, @Nullable Throwable told) {
    boolean loosely = differences().containsKey(mode.kind());
    Throwable found = told;
    while (loosely && found != null && !tellsOfTheEnd(found)) {
      found = found.getCause();
    }
    if (found instanceof CancelledException cancelled) {
      assertEquals(code, cancelled.reason().code());
    } else if (!loosely || found == null) {
      throw new AssertionError("the caller was not told of the cancel, but: " + told, told);
    }
  }

  private static boolean tellsOfTheEnd(Throwable failure) {
    return failure instanceof CancelledException
        || failure instanceof InterruptedException
        || failure instanceof InterruptedIOException;
  }

  @Test
  void hedgeThatWinsClosesTheCallBeforeIt() throws Exception {
    Mode mode = modes().iterator().next();
    ClientCall slow = new ClientCall(mode, client(), peer().uri(Scene.MID_BODY, 1));
    ClientCall quick = new ClientCall(mode, client(), peer().uri(Scene.ANSWER));
    CompletableFuture<Exchange> received = peer().tagged(1);
    Callable<String> hedge =
        () -> {
          slow.received(received.get(30, TimeUnit.SECONDS), Scene.MID_BODY); // not before
          return quick.run();
        };
    String answer = Hangup.hedge(Duration.ofMillis(30), List.of(slow::run, hedge));
    assertEquals("answer", answer);
    assertTold(mode, "application", slow.awaitFailure());
    if (!differences().containsKey(mode + ", mid body, lost race")) {
      assertNotNull(received.join().awaitLeft(30_000));
    }
  }

  @Test
  void callCarriesTheTimeThatIsLeft() throws Exception {
    for (Mode mode : modes()) {
      if (mode != Mode.STREAM_UNREAD) {
        ClientCall call = new ClientCall(mode, client(), peer().uri(Scene.ANSWER));
        assertEquals("answer", Hangup.withDeadline(Duration.ofSeconds(60), call::run));
        String field = peer().next().fields().get("request-timeout");
        double seconds = Double.parseDouble(Objects.requireNonNull(field, "no field"));
        assertTrue(seconds > 0 && seconds < 60, field);
      }
    }
  }

  @Test
  void callWithoutDeadlineSaysNothing() throws Exception {
    for (Mode mode : modes()) {
      if (mode != Mode.STREAM_UNREAD) {
        ClientCall inside = new ClientCall(mode, client(), peer().uri(Scene.ANSWER));
        try (CancelScope scope = CancelScope.open()) {
          assertEquals("answer", scope.call(inside::run));
        }
        ClientCall outside = new ClientCall(mode, client(), peer().uri(Scene.ANSWER));
        assertEquals("answer", outside.run());
        assertNull(peer().next().fields().get("request-timeout"));
        assertNull(peer().next().fields().get("request-timeout"));
      }
    }
  }

  @Test
  void nothingIsSentWhenNothingIsLeft() throws Exception {
    for (Mode mode : modes()) {
      ClientCall call = new ClientCall(mode, client(), peer().uri(Scene.ANSWER));
      Duration time = Duration.ofMillis(10);
      while (!runAfterDeadline(call, time)) {
        time = time.multipliedBy(2);
      }
      assertTold(mode, "deadline_exceeded", call.awaitFailure());
    }
    assertNull(peer().nextWithin(50), "a request was sent after its deadline");
  }

  /// Returns false if the work did not even begin: on a slow machine its time may be over before.
  private static boolean runAfterDeadline(ClientCall call, Duration time) {
    AtomicBoolean begun = new AtomicBoolean();
    assertThrows(
        CancelledException.class,
        () ->
            Hangup.withDeadline(
                time,
                () -> {
                  begun.set(true);
                  while (!Cancellation.current().isCancelled()) {
                    Thread.onSpinWait();
                  }
                  return call.run();
                }));
    return begun.get();
  }

  /// In a work that is not cancelled a failure is the one that the caller would see without us.
  @TestFactory
  Stream<DynamicTest> failureOfThePeerIsTheLibrarysOwn() throws Exception {
    URI refusing;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String scheme = protocol().isTls() ? "https" : "http";
      refusing = URI.create(scheme + "://127.0.0.1:" + closed.getLocalPort() + "/answer");
    }
    List<DynamicTest> tests = new ArrayList<>();
    for (Mode mode : modes()) {
      if (mode != Mode.STREAM_UNREAD) {
        tests.add(failureIsTheLibrarysOwn(mode, "refused", refusing, Optional.empty()));
        for (Scene scene : List.of(Scene.GARBAGE, Scene.DEATH)) {
          URI uri = peer().uri(scene);
          tests.add(failureIsTheLibrarysOwn(mode, scene.toString(), uri, Optional.empty()));
        }
        URI hanging = peer().uri(Scene.BEFORE_HEADERS);
        Optional<Duration> timeout = Optional.of(Duration.ofMillis(100));
        tests.add(failureIsTheLibrarysOwn(mode, "timeout", hanging, timeout));
      }
    }
    return tests.stream();
  }

  private DynamicTest failureIsTheLibrarysOwn(
      Mode mode, String name, URI uri, Optional<Duration> timeout) {
    String test = mode + ", " + name;
    return dynamicTest(
        test,
        () -> {
          assumeTrue(!differences().containsKey(test), () -> differences().get(test));
          try (Client failing = start(setup(timeout))) {
            ClientCall outside = new ClientCall(mode, failing, uri);
            fail(outside::run);
            ClientCall inside = new ClientCall(mode, failing, uri);
            try (CancelScope scope = CancelScope.open()) {
              fail(() -> scope.call(inside::run));
            }
            Throwable expected = assertNotNullAndGet(outside.awaitFailure());
            Throwable failure = assertNotNullAndGet(inside.awaitFailure());
            assertFalse(failure instanceof CancelledException, failure::toString);
            if (timeout.isEmpty()) { // what has not happened in time differs
              assertEquals(expected.getClass(), failure.getClass(), failure::toString);
              assertEquals("answer", failing.get(peer().uri(Scene.ANSWER)));
            }
          }
          peer().forget();
        });
  }

  private static Throwable assertNotNullAndGet(@Nullable Throwable failure) {
    return Objects.requireNonNull(failure, "the call succeeded");
  }

  private static void fail(Callable<String> call) {
    try {
      String answer = call.call();
      throw new AssertionError("the call succeeded: " + answer);
    } catch (Exception expected) {
      // the call remembers it
    }
  }

  @Test
  @Timeout(300)
  void abortedCallsLeakNothing() throws Exception {
    new ClientLoad(peer(), client(), modes()).abortedCallsLeakNothing(calls());
  }

  @Test
  @Timeout(300)
  void cancelThatMeetsTheAnswerHarmsNoLaterCall() throws Exception {
    new ClientLoad(peer(), client(), modes()).cancelMeetsAnswer(calls() / 2);
  }

  /// With a wait that fits a test, unless the system property `hangup.experiment` says its real
  /// length, 2000.
  @Test
  void serverSendsNothingForACallThatWasGivenUp() throws Exception {
    List<Mode> hearing =
        modes().stream()
            .filter(mode -> mode != Mode.STREAM_UNREAD)
            .filter(mode -> !differences().containsKey(mode + ", before headers, hang up"))
            .toList();
    Map<String, Long> sent = ClientExperiment.run(peer(), client(), hearing);
    System.out.printf("%s: bytes sent for nobody %s%n", getClass().getSimpleName(), sent);
    assertEquals(hearing.size(), sent.size());
    sent.forEach((mode, bytes) -> assertTrue(bytes < Scene.LARGE_BYTES / 5, mode));
  }

  static CancelReason hangUp() {
    return new CancelReason.ClientClosed();
  }
}
