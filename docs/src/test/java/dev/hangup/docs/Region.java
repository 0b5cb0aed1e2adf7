package dev.hangup.docs;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A part of a source that documents may show: between `// @start region="name"` and `// @end`. A
/// file of a tutorial is one as a whole.
///
/// @param source where it stands
/// @param line the number of its first line, from 1
/// @param name how it is called
/// @param lines what is in it, without marks
record Region(Path source, int line, String name, List<String> lines) {
  private static final Pattern START = Pattern.compile("\\s*// @start region=\"(\\w+)\"\\s*");
  private static final Pattern END = Pattern.compile("\\s*// @end\\b.*");
  private static final Pattern COMPILED =
      Pattern.compile("(.*/)?src/(main|test)/java/.*\\.java|docs/tutorial/.*\\.java");

  /// The regions of all sources that the build compiles, and the tutorials' files.
  static List<Region> all() {
    List<Region> regions = new ArrayList<>();
    for (Path source : Documents.files(name -> COMPILED.matcher(name).matches())) {
      List<String> lines = Documents.read(source).lines().toList();
      if (Documents.name(source).startsWith("docs/tutorial/")) {
        regions.add(new Region(source, 1, "the whole file", lines));
      } else {
        regions.addAll(of(source, lines));
      }
    }
    return regions;
  }

  private static List<Region> of(Path source, List<String> lines) {
    List<Region> regions = new ArrayList<>();
    Deque<Region> open = new ArrayDeque<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher start = START.matcher(lines.get(i));
      if (start.matches()) {
        open.push(new Region(source, i + 2, start.group(1), new ArrayList<>()));
      } else if (END.matcher(lines.get(i)).matches() && !open.isEmpty()) {
        regions.add(open.pop());
      } else {
        String line = lines.get(i);
        open.forEach(region -> region.lines().add(line));
      }
    }
    return regions;
  }

  /// Whether a block's lines stand in it one after the other, as they are but for the indentation
  /// of the whole.
  boolean shows(Block block) {
    List<String> wanted = plain(block.lines());
    for (int i = 0; i + wanted.size() <= lines.size(); i++) {
      if (plain(lines.subList(i, i + wanted.size())).equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  /// How many of a block's lines it has, wherever they stand; not counting brackets and the like.
  long common(Block block) {
    return block.lines().stream().filter(line -> line.strip().length() > 3 && has(line)).count();
  }

  /// What keeps it from showing a block that it has lines of.
  String difference(Block block) {
    return block.lines().stream()
        .filter(line -> !has(line))
        .findFirst()
        .map(line -> place() + " has no line: " + line.strip())
        .orElse(place() + " has its lines in another order, or with others between, or indented");
  }

  private boolean has(String line) {
    return lines.stream().anyMatch(one -> one.strip().equals(line.strip()));
  }

  private static List<String> plain(List<String> lines) {
    return String.join("\n", lines).stripIndent().lines().toList();
  }

  String place() {
    return Documents.name(source) + ":" + line + " (" + name + ")";
  }
}
