package dev.hangup.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// How long it took until handlers were stopped, for each group of clients: written to
/// `target/liveness.txt`, too.
public final class Findings {
  private final Map<String, List<Double>> seconds = new TreeMap<>();
  private final List<String> reasons = new ArrayList<>();

  /// Takes in when handlers were stopped, and why.
  ///
  /// @param stopped what [ServerMachine] says when a handler stops
  public Findings add(List<Child.Line> stopped, long since) {
    for (Child.Line line : stopped) {
      String[] words = line.text().split(" ", 3);
      String group = words[1].substring(0, words[1].lastIndexOf('-'));
      seconds
          .computeIfAbsent(group, _ -> new ArrayList<>())
          .add((line.at() - since) / 1_000_000_000.0);
      reasons.add(words[2].split(" ", 2)[0]);
    }
    seconds.values().forEach(all -> all.sort(null));
    return this;
  }

  public List<String> reasons() {
    return reasons;
  }

  public double longest() {
    return seconds.values().stream().mapToDouble(List::getLast).max().orElse(0);
  }

  public Findings report(String title) throws IOException {
    write(title);
    for (Map.Entry<String, List<Double>> group : seconds.entrySet()) {
      List<Double> all = group.getValue();
      write(
          String.format(
              Locale.ROOT,
              "  %-16s %5.2f / %5.2f / %5.2f s  (least / median / most of %d)",
              group.getKey(),
              all.getFirst(),
              all.get(all.size() / 2),
              all.getLast(),
              all.size()));
    }
    return this;
  }

  static void write(String line) throws IOException {
    System.out.println(line);
    Files.writeString(
        Path.of("target", "liveness.txt"),
        line + "\n",
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
