package dev.hangup.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/// The experiments, as `matrix.txt` tells them: a line for each cross product.
final class Matrix {
  private static final int COLUMNS = 5;

  private Matrix() {}

  /// Those of `./hangup lab`.
  static List<Experiment> standard() throws IOException {
    return parse(text());
  }

  private static String text() throws IOException {
    try (InputStream in = Matrix.class.getResourceAsStream("/matrix.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /// What `./hangup lab` does not try: lines that begin with a dash.
  static List<LeftOut> leftOut() throws IOException {
    return text()
        .lines()
        .filter(line -> line.startsWith("- "))
        .map(line -> line.substring(2).split(": ", 2))
        .map(parts -> new LeftOut(parts[0], parts[1]))
        .toList();
  }

  /// Those that a text tells, so ordered that what has the same server and proxy is together.
  static List<Experiment> parse(String text) {
    List<Experiment> all = new ArrayList<>();
    text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#") && !line.startsWith("- "))
        .forEach(line -> all.addAll(product(line)));
    List<String> order = all.stream().map(Matrix::chain).distinct().toList();
    all.sort(Comparator.comparingInt(each -> order.indexOf(chain(each))));
    return all;
  }

  private static String chain(Experiment experiment) {
    return experiment.server() + " " + experiment.proxyAndSetting();
  }

  private static List<Experiment> product(String line) {
    String[] columns = line.split("\\s+", -1);
    if (columns.length != COLUMNS) {
      throw new IllegalArgumentException(
          line + " (expected: client, proxy, server, protocol, leaving)");
    }
    List<Experiment> product = new ArrayList<>();
    for (String client : columns[0].split(",", -1)) {
      for (String proxy : columns[1].split(",", -1)) {
        for (String server : columns[2].split(",", -1)) {
          for (String protocol : columns[3].split(",", -1)) {
            for (String leaving : columns[4].split(",", -1)) {
              product.add(Experiment.of(client, proxy, server, protocol, leaving));
            }
          }
        }
      }
    }
    return product;
  }

  /// Those whose id is matched by one of the globs, as in `curl/*/hangup/**`; all, if there is
  /// none.
  static List<Experiment> only(List<Experiment> all, List<String> globs) {
    if (globs.isEmpty()) {
      return all;
    }
    List<PathMatcher> matchers =
        globs.stream()
            .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob))
            .toList();
    return all.stream()
        .filter(each -> matchers.stream().anyMatch(m -> m.matches(Path.of(each.id()))))
        .toList();
  }
}
