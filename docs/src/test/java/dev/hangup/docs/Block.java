package dev.hangup.docs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A fenced block of a document.
///
/// @param document where it stands
/// @param line the number of its first line, from 1
/// @param language what stands behind the fence
/// @param lines what is in it
record Block(Path document, int line, String language, List<String> lines) {
  private static final String FENCE = "```";

  /// A document's blocks, in order.
  static List<Block> of(Path document) {
    List<Block> blocks = new ArrayList<>();
    List<String> lines = Documents.read(document).lines().toList();
    int begin = -1; // the line after the fence, while one is open
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).startsWith(FENCE)) {
        continue;
      }
      if (begin < 0) {
        begin = i + 1;
      } else {
        String language = lines.get(begin - 1).substring(FENCE.length()).strip();
        blocks.add(new Block(document, begin + 1, language, lines.subList(begin, i)));
        begin = -1;
      }
    }
    if (begin >= 0) {
      throw new AssertionError(Documents.name(document) + ":" + begin + ": the block has no end");
    }
    return blocks;
  }

  static List<Block> of(Path document, String language) {
    return of(document).stream().filter(block -> block.language().equals(language)).toList();
  }

  /// The document without its blocks, line for line: for what is not code.
  static List<String> prose(Path document) {
    List<String> lines = new ArrayList<>();
    boolean code = false;
    for (String line : Documents.read(document).lines().toList()) {
      boolean fence = line.startsWith(FENCE);
      code ^= fence;
      lines.add(code || fence ? "" : line);
    }
    return lines;
  }

  String text() {
    return String.join("\n", lines) + "\n";
  }

  String place() {
    return Documents.name(document) + ":" + line;
  }
}
