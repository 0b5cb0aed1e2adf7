package dev.hangup.bench;

import dev.hangup.server.HalfClose;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/// Runs the benchmarks and writes their table.
final class Main {
  private static final String USAGE =
      """
      Usage: java -jar hangup-bench.jar core [--quick] [--out FILE]
             java -jar hangup-bench.jar detect [--trials N] [--warm-up N] [--out FILE]
             java -jar hangup-bench.jar servlet [--rounds N] [--seconds N] [--warm-up SECONDS] [--control] [--trials N]
                     [--only NAME,...] [--out FILE]
             java -jar hangup-bench.jar watch [--connections N] [--rounds N] [--out FILE]
             java -jar hangup-bench.jar observe [--rounds N] [--seconds N] [--warm-up SECONDS] [--requests N] [--hang-ups N]
                     [--out FILE]
             java -jar hangup-bench.jar soak [--minutes N] [--out FILE]
             java -jar hangup-bench.jar jmh [ARGUMENT...]
             java -jar hangup-bench.jar compare [--rounds N] [--seconds N] [--only NAME,...] [--out FILE]
             java -jar hangup-bench.jar compare --memory [--requests N] [--only NAME,...] [--out FILE]
             java -jar hangup-bench.jar hello NAME PORT

        core   measure the core beside its kin and write a table in Markdown, to FILE or at the end of the output;
               --quick takes less time and is less sure
        detect measure how long after its client left a handler is told, beside Go's net/http: 200 trials a case,
               after 500 that do not count; write tables in Markdown, also to FILE
        servlet measure the servlet filter in Tomcat, Jetty and Undertow (NAMEs: tomcat, jetty, undertow), beside the same
               without it (--control: beside one more without it): requests a second, by wrk, 7 rounds of 2 seconds after 20
               that do not count; how soon a servlet that waits is told that its
               client has left, 200 trials a case; write tables in Markdown, also to FILE
        watch  measure what it costs to watch a connection, and what 5,000 that are watched at once take; write tables in
               Markdown, also to FILE
        observe measure what meters and the live page cost: requests a second, by wrk, 9 rounds of 2 seconds, in turn with a
               server that nobody observes; how a bystander and the page fare while 10,000 requests are in flight and 1,000
               a second hang up, 20,000 in all; write tables in Markdown, also to FILE
        soak   load a server for 20 minutes by clients of which three in ten hang up, and see that it holds no more at the
               end than at the beginning; write a table in Markdown, also to FILE
        jmh    JMH's own command line, "jmh -h" tells it; "jmh -prof gc Request" measures one operation
        compare measure small requests beside the field's servers, in turn: how many a second, how many for a second
               of the server's CPU time, by wrk and h2load: 3 rounds of 8 seconds, after one that does not count; with
               --memory what 10,000 requests in flight take; write tables in Markdown, also to FILE. NAMEs: hangup,
               netty, helidon, jetty, vertx, vertx-virtual, undertow, undertow-worker, jdk, go
        hello  serve the smallest answer on a loopback port, by one of them (but Go), for a load generator
      """;

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    List<String> rest = new ArrayList<>(Arrays.asList(arguments));
    String command = rest.isEmpty() ? "" : rest.removeFirst();
    switch (command) {
      case "core" -> System.exit(core(rest));
      case "detect" -> System.exit(detect(rest));
      case "detect-server" -> detectServer(rest);
      case "compare" -> System.exit(compare(rest));
      case "compare-server" -> PeerServer.serve(Peer.valueOf(rest.getFirst()));
      case "servlet" -> System.exit(servlet(rest));
      case "servlet-server" ->
          ServletServer.serve(
              ServletHost.valueOf(rest.get(0)),
              Boolean.parseBoolean(rest.get(1)),
              Path.of(rest.get(2)));
      case "soak" -> System.exit(soak(rest));
      case "soak-server" ->
          SoakServer.serve(new PemFiles(Path.of(rest.getFirst()), Path.of(rest.getLast())));
      case "watch" -> System.exit(watch(rest));
      case "observe" -> System.exit(observe(rest));
      case "observe-server" -> ObserveSubject.valueOf(rest.getFirst()).serve();
      case "jmh" -> org.openjdk.jmh.Main.main(rest.toArray(String[]::new));
      case "hello" -> hello(rest);
      case "help", "--help", "-h" -> System.out.print(USAGE);
      default -> System.exit(misused(command));
    }
  }

  private static void hello(List<String> arguments) throws Exception {
    if (arguments.size() != 2) {
      System.exit(misused("hello " + String.join(" ", arguments)));
    }
    try {
      Peer peer = Peer.of("hello", arguments.getFirst());
      int port = peer.serve(Arguments.atLeast(0, "hello", arguments.subList(1, 2).iterator()));
      System.out.println(peer.title + " on http://127.0.0.1:" + port);
      Thread.currentThread().join(); // until it is ended
    } catch (IllegalArgumentException e) {
      System.exit(refused(String.valueOf(e.getMessage())));
    }
  }

  private static int compare(List<String> arguments) throws InterruptedException {
    CompareOptions options;
    try {
      options = CompareOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      return refused(String.valueOf(e.getMessage()));
    }
    try (Compare peers = new Compare(options)) {
      String tables = peers.run();
      System.out.println(tables);
      if (options.out() != null) {
        write(tables, options.out());
      }
      return 0;
    } catch (IOException e) {
      System.err.println("hangup-bench: " + e.getMessage());
      return 1;
    }
  }

  private static int core(List<String> arguments) throws IOException {
    boolean quick = false;
    Path out = null;
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String argument = rest.next();
      if (argument.equals("--quick")) {
        quick = true;
      } else if (argument.equals("--out") && rest.hasNext()) {
        out = Path.of(rest.next());
      } else {
        return misused(argument);
      }
    }
    return core(quick, out);
  }

  private static int core(boolean quick, @Nullable Path out) throws IOException {
    Collection<RunResult> results;
    try {
      results = new Runner(options(quick)).run();
    } catch (RunnerException e) {
      System.err.println("hangup-bench: " + e.getMessage());
      return 1;
    }
    String table = new Report(results).markdown();
    if (out == null) {
      System.out.println(table);
    } else {
      write(table, out);
    }
    return 0;
  }

  private static void write(String table, Path out) throws IOException {
    Path folder = out.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(out, table);
    System.out.println("Written: " + out);
  }

  private static int detect(List<String> arguments) throws InterruptedException {
    DetectOptions options;
    try {
      options = DetectOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      return refused(String.valueOf(e.getMessage()));
    }
    try {
      return detect(options);
    } catch (IOException e) {
      System.err.println("hangup-bench: " + e);
      return 1;
    }
  }

  private static int detect(DetectOptions options) throws IOException, InterruptedException {
    String go = Go.version();
    if (go == null) {
      System.err.println("hangup-bench: GO IS NOT INSTALLED: measuring Hangup alone");
    }
    DetectReport report;
    try (Detect servers = new Detect(go)) {
      report =
          servers.run(new Detect.Plan(options.trials(), options.warmUp(), Duration.ofMillis(5)));
    }
    System.out.println(report.markdown());
    if (options.out() != null) {
      write(report.markdown(), options.out());
    }
    if (report.missed() > 0) {
      System.err.println("hangup-bench: " + report.missed() + " trials were not told");
    }
    return report.missed() > 0 ? 1 : 0;
  }

  private static int servlet(List<String> arguments) throws InterruptedException {
    ServletOptions options;
    try {
      options = ServletOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      return refused(String.valueOf(e.getMessage()));
    }
    try (ServletBench bench = new ServletBench(options)) {
      String tables = bench.run();
      System.out.println(tables);
      if (options.out() != null) {
        write(tables, options.out());
      }
      if (bench.missed() > 0) {
        System.err.println("hangup-bench: " + bench.missed() + " trials were not told");
      }
      return bench.missed() > 0 ? 1 : 0;
    } catch (IOException e) {
      System.err.println("hangup-bench: " + e.getMessage());
      return 1;
    }
  }

  private static int watch(List<String> arguments) throws InterruptedException {
    WatchOptions options;
    try {
      options = WatchOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      return refused(String.valueOf(e.getMessage()));
    }
    try (WatchBench bench = new WatchBench(options)) {
      String tables = bench.run();
      System.out.println(tables);
      if (options.out() != null) {
        write(tables, options.out());
      }
      return bench.failures() > 0 ? 1 : 0;
    } catch (IOException e) {
      System.err.println("hangup-bench: " + e.getMessage());
      return 1;
    }
  }

  private static int observe(List<String> arguments) throws InterruptedException {
    try {
      ObserveOptions options = ObserveOptions.parse(arguments);
      String tables = new ObserveBench(options).run();
      System.out.println(tables);
      if (options.out() != null) {
        write(tables, options.out());
      }
      return 0;
    } catch (IllegalArgumentException e) {
      return refused(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      System.err.println("hangup-bench: " + e.getMessage());
      return 1;
    }
  }

  private static int soak(List<String> arguments) throws IOException, InterruptedException {
    SoakOptions options;
    try {
      options = SoakOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      return refused(String.valueOf(e.getMessage()));
    }
    SoakReport report = Soak.run(options.plan());
    System.out.println(report.markdown());
    if (options.out() != null) {
      write(report.markdown(), options.out());
    }
    return report.faults().isEmpty() ? 0 : 1;
  }

  /// What `detect` starts; not for people.
  private static void detectServer(List<String> arguments) throws Exception {
    PemFiles files = new PemFiles(Path.of(arguments.get(1)), Path.of(arguments.get(2)));
    DetectServer.serve(HalfClose.valueOf(arguments.getFirst()), files);
  }

  private static int misused(String argument) {
    return refused(argument.isEmpty() ? "no command" : "what is " + argument + "?");
  }

  private static int refused(String why) {
    System.err.println("hangup-bench: " + why);
    System.err.print(USAGE);
    return 2;
  }

  private static Options options(boolean quick) {
    ChainedOptionsBuilder options = all().addProfiler(GCProfiler.class);
    if (quick) {
      options.forks(1).warmupIterations(3).warmupTime(TimeValue.milliseconds(100));
      options.measurementIterations(5).measurementTime(TimeValue.milliseconds(60));
    }
    return options.build();
  }

  /// Every benchmark that the report has a place for.
  static ChainedOptionsBuilder all() {
    ChainedOptionsBuilder options = new OptionsBuilder().shouldFailOnError(true);
    for (Section section : Section.ALL) {
      for (Class<?> operation : section.operations()) {
        options.include("^" + operation.getName().replace(".", "\\.") + "\\.");
      }
    }
    return options;
  }
}
