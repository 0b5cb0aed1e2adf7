package dev.hangup.lab.doctor;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// What lies between, as far as it shows.
///
/// @param hops that were recognised
/// @param rewritten whether field names come in lower case over HTTP/1.1: something reads the
///   answer and writes it anew
/// @param seen what the probe knows of the first request
record Chain(List<Hop> hops, boolean rewritten, Known seen) {
  private static final String NONSENSE = "GET / / HTTP/1.1\r\nNonsense\r\n\r\n";
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  static Chain look(Target target, HttpResponse<String> greeting, Known seen) {
    StringBuilder lines = new StringBuilder();
    HttpHeaders head = greeting.headers();
    head.map()
        .forEach((name, values) ->
            values.forEach(value -> lines.append(name).append(": ").append(value).append('\n')));
    seen.fields()
        .forEach((name, value) ->
            lines.append("probe ").append(name).append(": ").append(value).append('\n'));
    String shown = lines + "nonsense: " + nonsense(target);
    String lower = shown.toLowerCase(Locale.ROOT);
    return new Chain(
        Stream.of(Hop.values()).filter(hop -> hop.isIn(lower)).toList(),
        head.map().containsKey(ProbeClient.MARK.toLowerCase(Locale.ROOT)),
        seen);
  }

  /// What is answered to nonsense comes from whoever reads it first.
  private static String nonsense(Target target) {
    try (Line line = target.connect(Target.HTTP1, PATIENCE)) {
      line.send(NONSENSE);
      return line.readSome();
    } catch (IOException e) {
      return ""; // no answer is one, too
    }
  }

  boolean has(Hop hop) {
    return hops.contains(hop);
  }
}
