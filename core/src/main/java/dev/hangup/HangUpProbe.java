package dev.hangup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;

/// What `hangup doctor` asks through whatever stands before a service: a request that waits, or
/// sends a piece now and then, until it is told that its client has hung up, and another that asks
/// what the first was told, and when.
///
/// This is what the engines have in common; the endpoint itself is `dev.hangup.server.Probe`,
/// `dev.hangup.servlet.ProbeServlet`, or Spring's property `hangup.probe.token`.
///
/// {@snippet class="dev.hangup.HangUpProbeTest" region="probe"}
///
/// | query | answer |
/// |---|---|
/// | `id=7&wait=2000` | 200 after 2 s |
/// | `id=7&wait=2000&every=100` | 200 at once, a piece of 64 bytes each 100 ms, its end after 2 s |
/// | `id=7` | what is known of that one, as JSON; 404 where nothing is |
///
/// A body is read first. Without `Authorization: Bearer` and the token the answer is 401, whatever
/// else is asked. All is bounded: 10 s of waiting, 16 requests that wait, 256 that are remembered,
/// 1 MiB of a body that is read.
///
/// **A cancel** ends the wait at once.
///
/// **Thread safety**: one probe serves all requests of a service.
public final class HangUpProbe {
  private static final int SHORTEST_TOKEN = 16;
  private static final int MOST_WAITING = 16;
  private static final int MOST_REMEMBERED = 256;
  private static final int MOST_MILLIS = 10_000;
  private static final int LEAST_EVERY = 10;
  private static final int MOST_BODY = 1 << 20;
  private static final String BEARER = "Bearer ";
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final byte[] PIECE = ("piece ".repeat(11).substring(0, 63) + "\n").getBytes(UTF_8);

  private final byte[] token;
  private final Semaphore places = new Semaphore(MOST_WAITING);

  // Guarded by this
  private final Map<String, ProbeRecord> records = new LinkedHashMap<>();

  private HangUpProbe(byte[] token) {
    this.token = token;
  }

  /// A probe for whoever has the token.
  ///
  /// @param token 16 characters or more, from a source of randomness
  /// @return a probe that nobody has asked yet
  /// @throws IllegalArgumentException if it is shorter
  public static HangUpProbe withToken(String token) {
    if (token.length() < SHORTEST_TOKEN) {
      throw new IllegalArgumentException(
          "token: " + token.length() + " characters (expected: at least " + SHORTEST_TOKEN + ")");
    }
    return new HangUpProbe(digest(token));
  }

  /// A request, as its engine knows it. To be answered on a thread of the request's work.
  ///
  /// @param protocol for instance `HTTP/1.1`
  /// @param sight how well its client would be seen to leave; empty where nobody looks
  /// @param query gives a query parameter by its name
  /// @param field gives a header field by its name
  /// @param body what the client sends; empty is fine
  /// @param answer begins the answer
  public record Call(
      String protocol,
      Optional<Observability> sight,
      Function<String, Optional<String>> query,
      Function<String, Optional<String>> field,
      InputStream body,
      Answer answer) {
    /// Checks the components.
    public Call {
      Objects.requireNonNull(protocol, "protocol");
      Objects.requireNonNull(sight, "sight");
      Objects.requireNonNull(query, "query");
      Objects.requireNonNull(field, "field");
      Objects.requireNonNull(body, "body");
      Objects.requireNonNull(answer, "answer");
    }
  }

  /// How an engine answers.
  @FunctionalInterface
  public interface Answer {
    /// Begins an answer of unknown length. Called at most once.
    ///
    /// @param status for instance 200
    /// @param contentType the media type
    /// @param fields its other header fields
    /// @return what is flushed is sent at once
    /// @throws IOException if the client is gone
    OutputStream begin(int status, String contentType, Map<String, String> fields)
        throws IOException;
  }

  /// Answers a request.
  ///
  /// @param call the request
  /// @throws CancelledException if its client has left
  /// @throws InterruptedException if the thread was interrupted, as when its client has left
  /// @throws IOException if the answer could not be sent, or the body not be read
  public void answer(Call call) throws IOException, InterruptedException {
    if (!isKnown(call)) {
      say(call, 401, "text/plain; charset=utf-8", "token: missing or wrong\n");
      return;
    }
    try {
      String id = call.query.apply("id").orElse("");
      if (!ID.matcher(id).matches()) {
        throw new IllegalArgumentException(
            "id: " + (id.isEmpty() ? "none" : "odd") + " (expected: up to 64 of A-Z a-z 0-9 _ -)");
      }
      int wait = number(call, "wait", 0);
      if (wait < 0) {
        tell(call, id);
      } else {
        perform(call, id, wait, number(call, "every", LEAST_EVERY));
      }
    } catch (IllegalArgumentException bad) {
      say(call, 400, "text/plain; charset=utf-8", bad.getMessage() + "\n");
    }
  }

  /// A parameter that is not there is -1.
  private static int number(Call call, String name, int least) {
    Optional<String> given = call.query.apply(name);
    if (given.isEmpty()) {
      return -1;
    }
    if (given.get().matches("\\d{1,5}")) {
      int value = Integer.parseInt(given.get());
      if (value >= least && value <= MOST_MILLIS) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        name + ": not understood (expected: " + least + "-" + MOST_MILLIS + " ms)");
  }

  private void tell(Call call, String id) throws IOException {
    ProbeRecord known;
    synchronized (this) {
      known = records.get(id);
    }
    if (known == null) {
      say(call, 404, "text/plain; charset=utf-8", "id: nothing is known of it here\n");
    } else {
      say(call, 200, "application/json", known.json(System.nanoTime()));
    }
  }

  private void perform(Call call, String id, int wait, int every)
      throws IOException, InterruptedException {
    if (!places.tryAcquire()) {
      say(call, 503, "text/plain; charset=utf-8", "waiting: " + MOST_WAITING + " already\n");
      return;
    }
    ProbeRecord record = new ProbeRecord(call, System.nanoTime());
    Cancellation work = Cancellation.current();
    CountDownLatch told = new CountDownLatch(1);
    try {
      remember(id, record);
      try (Registration _ =
          work.onCancel(reason -> {
            record.told(reason.code(), System.nanoTime());
            told.countDown();
          })) {
        read(call, record);
        send(call, record, new Pace(told, System.nanoTime(), wait, every));
      } catch (IOException | RuntimeException lost) { // WebFlux's body throws its own
        record.failed(work.isCancelled(), System.nanoTime());
        throw lost;
      } finally {
        work.reason().ifPresent(reason -> record.told(reason.code(), System.nanoTime()));
        record.stopped(System.nanoTime());
      }
    } finally {
      places.release();
    }
  }

  private synchronized void remember(String id, ProbeRecord record) {
    if (records.putIfAbsent(id, record) != null) {
      throw new IllegalArgumentException("id: taken (expected: a new one)");
    }
    if (records.size() > MOST_REMEMBERED) {
      records.remove(records.keySet().iterator().next());
    }
  }

  private static void read(Call call, ProbeRecord record) throws IOException {
    byte[] buffer = new byte[8192];
    int left = MOST_BODY;
    for (int n = call.body.read(buffer); n >= 0 && left > 0; n = call.body.read(buffer)) {
      record.read(n);
      left -= n;
    }
  }

  private static void send(Call call, ProbeRecord record, Pace pace)
      throws IOException, InterruptedException {
    if (pace.every < 0) {
      pace.awaitMillis(pace.most);
    }
    try (OutputStream out = call.answer.begin(200, "text/plain; charset=utf-8", fields())) {
      do {
        out.write(PIECE);
        out.flush();
        record.wrote(PIECE.length);
      } while (pace.every > 0 && pace.awaitMillis(pace.every));
      Cancellation.current().check();
      record.whole(); // a client that has it all may go
    }
  }

  /// When pieces are due.
  private record Pace(CountDownLatch told, long began, int most, int every) {
    /// Waits, unless the client leaves, and tells whether there is time for more.
    boolean awaitMillis(int millis) throws InterruptedException {
      if (told.await(millis, TimeUnit.MILLISECONDS)) {
        Cancellation.current().check(); // throws
      }
      return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) < most;
    }
  }

  private static Map<String, String> fields() {
    return Map.of("Hangup-Probe", "1", "Cache-Control", "no-store");
  }

  private static void say(Call call, int status, String type, String text) throws IOException {
    Map<String, String> fields = new LinkedHashMap<>(fields());
    if (status == 401) {
      fields.put("WWW-Authenticate", "Bearer realm=\"hangup\"");
    }
    try (OutputStream out = call.answer.begin(status, type, fields)) {
      out.write(text.getBytes(UTF_8));
    }
  }

  /// Takes the same time for every wrong token.
  private boolean isKnown(Call call) {
    return call.field
        .apply("Authorization")
        .filter(value -> value.startsWith(BEARER))
        .filter(value -> MessageDigest.isEqual(token, digest(value.substring(BEARER.length()))))
        .isPresent();
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has it", e);
    }
  }
}
