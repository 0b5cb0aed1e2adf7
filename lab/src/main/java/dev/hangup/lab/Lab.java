package dev.hangup.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Makes experiments, one after the other, and writes what it found after each. What goes wrong in
/// one is that one's problem.
final class Lab {
  /// What an experiment may take at most; it is bounded by its own patience before.
  static final Duration HANGING = Duration.ofMinutes(3);

  /// Starts what an experiment needs.
  interface Starter {
    Chain start(Experiment experiment, Path folder) throws Exception;
  }

  /// Opens the client of an experiment.
  interface Opener {
    Client open(Experiment experiment, Path folder) throws Exception;
  }

  private final LabOptions options;
  private final Starter starter;
  private final Opener opener;
  private final Progress progress;
  private final Map<String, String> failed = new HashMap<>(); // what did not start, and why
  private final Map<String, String> versions = new TreeMap<>();
  private final List<LeftOut> leftOut = new ArrayList<>();
  private final long begun = System.nanoTime();
  private @Nullable String key;
  private @Nullable Chain chain;
  private boolean keepsPackets;

  Lab(LabOptions options, Starter starter, Opener opener, Progress progress) {
    this.options = options;
    this.starter = starter;
    this.opener = opener;
    this.progress = progress;
  }

  /// Says what is not tried at all.
  Lab leavingOut(List<LeftOut> what) {
    leftOut.addAll(what);
    return this;
  }

  /// Keeps the packets of each experiment, too, where tcpdump can.
  Lab keepingPackets() {
    keepsPackets = true;
    return this;
  }

  /// Returns what was found.
  Run run(List<Experiment> experiments) throws IOException, InterruptedException {
    Path folder = options.folder();
    Files.createDirectories(folder.resolve("logs"));
    if (!Files.exists(ServerKind.tls(folder).resolve("both.pem"))) {
      TlsFolder.make(ServerKind.tls(folder));
    }
    Run run = options.resume() ? RunFile.read(folder).withoutProblems() : fresh();
    double before = run.seconds();
    versions.putAll(run.versions());
    Set<String> done = new HashSet<>(run.cells().stream().map(Cell::id).toList());
    List<Experiment> rest = experiments.stream().filter(each -> !done.contains(each.id())).toList();
    try {
      for (Experiment experiment : rest) {
        if (seconds() >= options.time().toSeconds()) {
          leftOut.add(new LeftOut(experiment.id(), "the time was over"));
          continue;
        }
        progress.begin(experiment, rest.size());
        Cell cell = cell(experiment);
        progress.end(cell);
        run = run.with(cell, before + seconds(), versions, leftOut);
        RunFile.write(run, folder);
      }
    } finally {
      closeChain();
    }
    run = run.with(null, before + seconds(), versions, leftOut);
    RunFile.write(run, folder);
    return run;
  }

  private double seconds() {
    return Math.round((System.nanoTime() - begun) / 1e6) / 1000.0;
  }

  private Run fresh() {
    String started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    return new Run(
        Run.VERSION, started, 0, options.trials(), Machine.here(), Map.of(), List.of(), List.of());
  }

  private Cell cell(Experiment experiment) throws IOException, InterruptedException {
    Trace trace = new Trace();
    FutureTask<Cell> task = new FutureTask<>(() -> make(experiment, trace));
    var _ = Thread.ofVirtual().name(experiment.id()).start(task);
    Cell cell;
    try {
      cell = task.get(options.hanging().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      cell = experiment.unmade(words(e.getCause()));
      closeChain();
    } catch (TimeoutException e) {
      task.cancel(true);
      cell = experiment.unmade("it hung for " + options.hanging().toSeconds() + " s");
      closeChain();
    }
    String problem = cell.problem();
    if (problem != null) {
      trace.note(problem);
    }
    trace.write(options.folder().resolve(cell.trace()));
    return cell;
  }

  private static String words(@Nullable Throwable problem) {
    if (problem == null) {
      return "unknown";
    }
    boolean told = problem instanceof IOException && problem.getMessage() != null;
    String text = told ? String.valueOf(problem.getMessage()) : problem.toString();
    return text.lines().findFirst().orElse(text);
  }

  private Cell make(Experiment experiment, Trace trace) throws Exception {
    Chain started = chain(experiment);
    if (!keepsPackets) {
      return make(experiment, started, trace);
    }
    Path file = options.folder().resolve(experiment.capture());
    Files.createDirectories(file.getParent());
    Capture capture;
    try {
      capture = Capture.start(file, started.ports(experiment.protocol()));
    } catch (IOException e) {
      trace.note("packets are not kept: " + words(e));
      return make(experiment, started, trace);
    }
    try (capture) {
      return make(experiment, started, trace).withCapture(experiment.capture());
    }
  }

  private Cell make(Experiment experiment, Chain started, Trace trace) throws Exception {
    try (Client client = opener.open(experiment, options.folder())) {
      return new CellRun(experiment, started, client, options.trials(), trace).run();
    }
  }

  private Chain chain(Experiment experiment) throws Exception {
    String wanted = Chain.key(experiment);
    Chain current = chain;
    if (current != null && wanted.equals(key)) {
      return current;
    }
    closeChain();
    String failure = failed.get(wanted);
    if (failure != null) {
      throw new IOException(failure);
    }
    try {
      Chain started = starter.start(experiment, options.folder());
      key = wanted;
      chain = started;
      note(experiment, started);
      return started;
    } catch (IOException e) {
      failed.put(wanted, words(e));
      leftOut.add(new LeftOut(wanted.replaceAll(" \\S+$", ""), words(e)));
      throw e;
    }
  }

  private void note(Experiment experiment, Chain started) throws IOException, InterruptedException {
    String version = started.server().version();
    versions.put(experiment.server(), version == null ? "" : version);
    if (started.proxy() != null) {
      versions.put(experiment.proxy(), ProxyKind.of(experiment.proxy()).version());
    }
  }

  private void closeChain() {
    Chain last = chain;
    chain = null;
    if (last != null) {
      last.close();
    }
  }
}
