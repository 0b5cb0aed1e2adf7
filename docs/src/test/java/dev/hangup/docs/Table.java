package dev.hangup.docs;

import java.util.ArrayList;
import java.util.List;

/// The tables of a document, by the heading that they stand under.
final class Table {
  private Table() {}

  /// The rows of the first table under a heading, without its head, as they are written.
  static List<String> rows(String document, String heading) {
    List<String> rows = new ArrayList<>();
    boolean under = false;
    for (String line : Block.prose(Documents.root().resolve(document))) {
      if (line.startsWith("#")) {
        under = line.replaceFirst("#+ +", "").equals(heading);
      } else if (under && line.startsWith("|")) {
        rows.add(line);
      } else if (!rows.isEmpty()) {
        break;
      }
    }
    if (rows.size() < 2) {
      throw new AssertionError(document + ": no table under the heading " + heading);
    }
    return rows.subList(2, rows.size());
  }

  static String row(Object... cells) {
    StringBuilder row = new StringBuilder("|");
    for (Object cell : cells) {
      row.append(' ').append(cell).append(cell.toString().isEmpty() ? "|" : " |");
    }
    return row.toString();
  }
}
