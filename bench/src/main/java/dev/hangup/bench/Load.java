package dev.hangup.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A load generator, which asks for `/` as fast as it is answered.
enum Load {
  WRK("HTTP/1.1", "wrk -t1 -c64"),
  H2LOAD("HTTP/2 without TLS", "h2load -t1 -c16 -m16");

  final String protocol;
  private final String command;

  Load(String protocol, String command) {
    this.protocol = protocol;
    this.command = command;
  }

  /// What one run came to: good answers in so many seconds, and whatever was not one.
  record Result(long answers, double seconds, long errors) {}

  /// Whether its program is on the path.
  boolean isInstalled() {
    String program = command.substring(0, command.indexOf(' '));
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /// Its command, for people.
  String command(int seconds) {
    return command + (this == WRK ? " -d" : " -D") + seconds;
  }

  boolean suits(Peer peer) {
    return this == WRK || peer.speaksHttp2;
  }

  Result run(int port, int seconds) throws IOException, InterruptedException {
    String all = command(seconds) + " http://127.0.0.1:" + port + "/";
    Process process = new ProcessBuilder(all.split(" ")).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(all + " failed: " + said.strip());
    }
    return parse(said, seconds);
  }

  /// Reads what it said.
  Result parse(String said, int seconds) throws IOException {
    return this == WRK ? parseWrk(said) : parseH2load(said, seconds);
  }

  private static Result parseWrk(String said) throws IOException {
    String[] done = groups(said, "(\\d+) requests in ([0-9.]+)(us|ms|s|m|h),");
    long errors = 0;
    if (said.contains("Socket errors:")) {
      String[] kinds =
          groups(said, "Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
      errors += Stream.of(kinds).mapToLong(Long::parseLong).sum();
    }
    if (said.contains("Non-2xx")) {
      errors += Long.parseLong(groups(said, "Non-2xx or 3xx responses: (\\d+)")[0]);
    }
    double unit =
        switch (done[2]) {
          case "us" -> 1e-6;
          case "ms" -> 1e-3;
          case "m" -> 60;
          case "h" -> 3600;
          default -> 1;
        };
    return new Result(Long.parseLong(done[0]), Double.parseDouble(done[1]) * unit, errors);
  }

  /// Its own time counts the rest of a run that is cut off at the end; the run itself is as long as
  /// it was told.
  private static Result parseH2load(String said, int seconds) throws IOException {
    String[] requests =
        groups(said, "(\\d+) succeeded, (\\d+) failed, (\\d+) errored, (\\d+) timeout");
    String[] codes = groups(said, "status codes: (\\d+) 2xx, (\\d+) 3xx, (\\d+) 4xx, (\\d+) 5xx");
    long errors = 0;
    for (int i = 1; i < 4; i++) {
      errors += Long.parseLong(requests[i]) + Long.parseLong(codes[i]);
    }
    return new Result(Long.parseLong(requests[0]), seconds, errors);
  }

  private static String[] groups(String said, String pattern) throws IOException {
    Matcher matcher = Pattern.compile(pattern).matcher(said);
    if (!matcher.find()) {
      throw new IOException("not understood: " + said.strip());
    }
    String[] groups = new String[matcher.groupCount()];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = matcher.group(i + 1);
    }
    return groups;
  }
}
