package dev.hangup.lab.doctor;

import dev.hangup.lab.doctor.Experiment.Protocol;
import dev.hangup.lab.doctor.Finding.Outcome;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Carries experiments out.
final class Trials {
  private static final long STAYS_MILLIS = 700;
  private static final Duration ARRIVAL = Duration.ofSeconds(10);
  private static final Duration UPLOAD_ARRIVAL = Duration.ofMillis(700);
  private static final Duration SPARED = Duration.ofSeconds(1);
  private static final Duration END = Duration.ofSeconds(10);

  private final Target target;
  private final ProbeClient probe;
  private final Duration patience;
  private boolean speaksHttp2 = true;

  Trials(Target target, ProbeClient probe, Duration patience) {
    this.target = target;
    this.probe = probe;
    this.patience = patience;
  }

  static String newId() {
    return UUID.randomUUID().toString();
  }

  /// Tries it. What cannot be tried is a finding, too.
  Finding run(Experiment experiment) throws CannotAskException, InterruptedException {
    String id = newId();
    Duration readTimeout = patience.plus(ARRIVAL);
    try {
      if (experiment.protocol() == Protocol.HTTP1) {
        try (Line line = target.connect(Target.HTTP1, readTimeout)) {
          return experiment.leaving() == Leaving.STAYS
              ? stayHttp1(experiment, id, line)
              : leaveHttp1(experiment, id, line);
        }
      }
      return http2(experiment, id, readTimeout);
    } catch (IOException e) {
      return Finding.of(experiment, Outcome.UNCLEAR, "the connection failed: " + e.getMessage());
    }
  }

  private Finding http2(Experiment experiment, String id, Duration readTimeout)
      throws IOException, CannotAskException, InterruptedException {
    Http2Line line = speaksHttp2 ? begin(readTimeout) : null;
    if (line == null) {
      speaksHttp2 = false;
      return Finding.of(experiment, Outcome.NOT_TRIED, "it is not spoken here");
    }
    try (line) {
      if (experiment.leaving() == Leaving.STAYS) {
        int stream = line.request(target, "GET", Phase.WAITING.query(id, STAYS_MILLIS), true);
        return stayed(experiment, id, line.awaitEnd(stream));
      }
      return leaveHttp2(experiment, id, line);
    }
  }

  private @Nullable Http2Line begin(Duration readTimeout) {
    try {
      return Http2Line.over(target.connect(Target.HTTP2, readTimeout));
    } catch (IOException e) {
      return null; // that is an answer, too
    }
  }

  private Finding stayHttp1(Experiment experiment, String id, Line line)
      throws IOException, CannotAskException, InterruptedException {
    ask(line, experiment, id, STAYS_MILLIS);
    return stayed(experiment, id, isAnswered(line));
  }

  private Finding stayed(Experiment experiment, String id, boolean answered)
      throws IOException, CannotAskException, InterruptedException {
    Known known = probe.await(id, Known::over, END).orElse(null);
    if (known != null && known.told() != null) {
      return Finding.heard(experiment, Outcome.FALSE_HANG_UP, known.told(), 0);
    }
    return answered && known != null
        ? Finding.of(experiment, Outcome.ANSWERED, "")
        : Finding.of(experiment, Outcome.UNCLEAR, "no answer came");
  }

  private Finding leaveHttp1(Experiment experiment, String id, Line line)
      throws IOException, CannotAskException, InterruptedException {
    ask(line, experiment, id, workMillis(experiment));
    boolean seen = experiment.phase() != Phase.STREAMING || awaitPiece(line);
    Optional<Known> there = awaitArrival(experiment, id);
    if (there.isEmpty() && experiment.phase() != Phase.UPLOADING) {
      return lost(experiment);
    }
    long left = System.nanoTime();
    line.leave(experiment.leaving());
    if (experiment.isHalfClose()) {
      return halfClosed(experiment, id, line, left);
    }
    Duration most = there.isPresent() ? patience : SPARED;
    return withBuffering(left(experiment, id, left, most), seen);
  }

  private Finding leaveHttp2(Experiment experiment, String id, Http2Line line)
      throws IOException, CannotAskException, InterruptedException {
    String sibling = newId();
    boolean alone = experiment.leaving() == Leaving.STREAM_RESET;
    int stays = 0;
    if (alone) {
      stays = line.request(target, "GET", Phase.WAITING.query(sibling, STAYS_MILLIS * 2), true);
    }
    String query = experiment.phase().query(id, workMillis(experiment));
    int stream = line.request(target, experiment.phase().method(), query, true);
    boolean seen = experiment.phase() != Phase.STREAMING || awaitPiece(line, stream);
    if (awaitArrival(experiment, id).isEmpty()) {
      return lost(experiment);
    }
    long left = System.nanoTime();
    line.leave(experiment.leaving());
    Finding finding = withBuffering(left(experiment, id, left, patience), seen);
    return alone && !line.awaitEnd(stays)
        ? Finding.of(experiment, Outcome.FALSE_HANG_UP, "another request was cut with it")
        : finding;
  }

  private static Finding lost(Experiment experiment) {
    return Finding.of(
        experiment, Outcome.UNCLEAR, "the probe knows nothing of it (several instances behind?)");
  }

  private static Finding withBuffering(Finding finding, boolean seen) {
    return seen ? finding : finding.withNote(Findings.BUFFERED);
  }

  private Optional<Known> awaitArrival(Experiment experiment, String id)
      throws IOException, CannotAskException, InterruptedException {
    Duration most = experiment.phase() == Phase.UPLOADING ? UPLOAD_ARRIVAL : ARRIVAL;
    return probe.await(id, _ -> true, most);
  }

  /// Longer than anybody waits for the hang-up to arrive.
  private long workMillis(Experiment experiment) {
    return experiment.isHalfClose() ? STAYS_MILLIS : patience.toMillis() + 2_000;
  }

  private Finding left(Experiment experiment, String id, long left, Duration most)
      throws IOException, CannotAskException, InterruptedException {
    Optional<Known> known = probe.await(id, now -> now.told() != null || now.over(), most);
    if (known.isEmpty()) {
      return Finding.of(experiment, Outcome.SPARED, "it never came, so nothing was wasted");
    }
    String told = known.get().told();
    return told == null
        ? Finding.of(experiment, Outcome.HIDDEN, "not within " + most.toSeconds() + " s")
        : Finding.heard(experiment, Outcome.HEARD, told, known.get().lateMillis(left));
  }

  private Finding halfClosed(Experiment experiment, String id, Line line, long left)
      throws IOException, CannotAskException, InterruptedException {
    if (isAnswered(line)) {
      return Finding.of(experiment, Outcome.ANSWERED, "");
    }
    Known known = probe.await(id, Known::over, END).orElse(null);
    if (known == null) {
      return lost(experiment);
    }
    String told = known.told();
    return told == null
        ? Finding.of(experiment, Outcome.TAKEN_FOR_GONE, Findings.WORKED_ON)
        : Finding.heard(experiment, Outcome.TAKEN_FOR_GONE, told, known.lateMillis(left));
  }

  private static boolean isAnswered(Line line) {
    try {
      String head = line.readHead();
      while (head.startsWith("HTTP/1.1 1")) { // interim
        head = line.readHead();
      }
      return isGood(head) && line.awaitText("piece");
    } catch (IOException e) {
      return false; // cut off
    }
  }

  /// Whether a piece comes soon, of those that are sent ten times a second.
  private static boolean awaitPiece(Line line) throws IOException {
    line.readTimeout(1_500);
    try {
      return isGood(line.readHead()) && line.awaitText("piece");
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  private static boolean awaitPiece(Http2Line line, int stream) throws IOException {
    line.readTimeout(1_500);
    try {
      return line.awaitPiece(stream);
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      line.readTimeout((int) END.toMillis());
    }
  }

  private static boolean isGood(String head) {
    return head.matches("(?s)HTTP/1\\.[01] 200 .*");
  }

  private void ask(Line line, Experiment experiment, String id, long millis) throws IOException {
    boolean upload = experiment.phase() == Phase.UPLOADING;
    String head =
        "%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nUser-Agent: hangup-doctor\r\n"
            .formatted(
                experiment.phase().method(),
                target.path(experiment.phase().query(id, millis)),
                target.authority(),
                target.token());
    line.send(head + (upload ? "Content-Length: 1000\r\n\r\nthe beginning" : "\r\n"));
  }
}
