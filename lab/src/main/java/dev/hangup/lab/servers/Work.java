package dev.hangup.lab.servers;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// What one handler has to do, and what it says of it on standard output, a line each. The path
/// tells: `/work/ID/STEPS`, `/stream/ID/PIECES`, or `/download/ID/STEPS`, which is work whose
/// answer is long. Any thread may tell.
///
/// ```
/// began ID NANOS PORT      its client's port
/// step ID NANOS N          it begins a step of work
/// wrote ID NANOS BYTES     it has written a piece; of a download, all that it has handed over
/// told ID NANOS HOW        it hears, for the first time, that its client has left
/// stopped ID NANOS         it does no more because of that
/// ended ID NANOS           it has done it all
/// ```
///
/// `NANOS` are those since 1970.
final class Work {
  static final long STEP_MILLIS = 10;
  static final byte[] PIECE = new byte[4096];
  static final int DOWNLOAD = 25_600 * PIECE.length; // 100 MB

  private static final Set<String> KINDS = Set.of("work", "stream", "download");

  private final String kind;
  private final String id;
  private final int steps;
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicBoolean told = new AtomicBoolean();
  private final AtomicBoolean over = new AtomicBoolean();

  private Work(String kind, String id, int steps) {
    this.kind = kind;
    this.id = id;
    this.steps = steps;
  }

  /// The work that a path asks for. Throws IllegalArgumentException if it asks for none.
  static Work begin(String path, int port) {
    String[] parts = path.split("/", -1);
    if (parts.length != 4 || !KINDS.contains(parts[1])) {
      throw new IllegalArgumentException(
          path + " (expected: /work/ID/STEPS, /stream/ID/PIECES or /download/ID/STEPS)");
    }
    Work work = new Work(parts[1], parts[2], Integer.parseInt(parts[3]));
    work.say("began", " " + port);
    return work;
  }

  /// Whether it writes pieces.
  boolean isStream() {
    return kind.equals("stream");
  }

  /// Whether its answer is long.
  boolean isDownload() {
    return kind.equals("download");
  }

  /// The answer to work that is done.
  byte[] answer() {
    return "done".getBytes(StandardCharsets.US_ASCII);
  }

  /// Begins a step of work; false if there is none left.
  boolean step() {
    int step = done.incrementAndGet();
    if (step > steps) {
      return false;
    }
    if (!isStream()) {
      say("step", " " + step);
    }
    return true;
  }

  /// It has written a piece.
  void wrote() {
    wrote(PIECE.length);
  }

  void wrote(int bytes) {
    say("wrote", " " + bytes);
  }

  /// It hears that its client has left. Says so once, and not after its end.
  void told(String how) {
    if (!over.get() && told.compareAndSet(false, true)) {
      say("told", " " + how.replace(' ', '_'));
    }
  }

  /// It stops before its end.
  void stopped() {
    if (over.compareAndSet(false, true)) {
      say("stopped", "");
    }
  }

  /// It is done.
  void ended() {
    if (over.compareAndSet(false, true)) {
      say("ended", "");
    }
  }

  boolean isOver() {
    return over.get();
  }

  private void say(String what, String more) {
    Instant now = Instant.now();
    System.out.println(
        what + " " + id + " " + (now.getEpochSecond() * 1_000_000_000 + now.getNano()) + more);
  }
}
