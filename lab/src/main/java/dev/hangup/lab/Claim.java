package dev.hangup.lab;

import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/// What somebody says of hang-ups, and what would show it.
///
/// @param source who says it
/// @param text what, in our words
/// @param parts all of which must hold
record Claim(String source, String text, List<Part> parts) {
  Claim {
    parts = List.copyOf(parts);
  }

  /// @param cells patterns of their ids, `*` for any one segment's part; where several fit, all
  ///   count
  /// @param expect what must be so in each
  record Part(List<String> cells, Expect expect) {
    Part {
      cells = List.copyOf(cells);
    }

    boolean isAbout(Cell cell) {
      return cells.stream().anyMatch(pattern -> matches(pattern, cell.id()));
    }

    private static boolean matches(String pattern, String id) {
      String regex = Pattern.quote(pattern).replace("*", "\\E[^/]*\\Q");
      return id.matches(regex);
    }
  }

  /// What can be expected of an experiment.
  enum Expect {
    /// The handler is told each time.
    HEARD {
      @Override
      boolean holds(Cell cell) {
        return Hearing.of(cell) == Hearing.ALL;
      }
    },
    /// It never is.
    NOT_HEARD {
      @Override
      boolean holds(Cell cell) {
        return cell.heard() == 0;
      }
    },
    /// Told and stopped, each time.
    STOPPED {
      @Override
      boolean holds(Cell cell) {
        return HEARD.holds(cell) && cell.stoppedMillis().size() >= cell.trials();
      }
    },
    /// Nobody is told whose client stays.
    NEVER_FALSE {
      @Override
      boolean holds(Cell cell) {
        return cell.falseHangUps() == 0;
      }
    },
    /// The connection's other requests go on.
    SIBLINGS_ALIVE {
      @Override
      boolean holds(Cell cell) {
        return Boolean.TRUE.equals(cell.siblingsAlive());
      }

      @Override
      boolean isMeasured(Cell cell) {
        return super.isMeasured(cell) && cell.siblingsAlive() != null;
      }
    },
    /// The next request has the same connection.
    CONNECTION_KEPT {
      @Override
      boolean holds(Cell cell) {
        return Boolean.TRUE.equals(cell.connectionReused());
      }

      @Override
      boolean isMeasured(Cell cell) {
        return super.isMeasured(cell) && cell.connectionReused() != null;
      }
    },
    /// The next request needs another.
    CONNECTION_CLOSED {
      @Override
      boolean holds(Cell cell) {
        return Boolean.FALSE.equals(cell.connectionReused());
      }

      @Override
      boolean isMeasured(Cell cell) {
        return super.isMeasured(cell) && cell.connectionReused() != null;
      }
    },
    /// Less than 1 MB is written for a client that has left, of however much there was.
    FEW_BYTES {
      @Override
      boolean holds(Cell cell) {
        return cell.bytesAfter().stream().allMatch(bytes -> bytes < 1_000_000);
      }

      @Override
      boolean isMeasured(Cell cell) {
        return super.isMeasured(cell) && !cell.bytesAfter().isEmpty();
      }
    };

    abstract boolean holds(Cell cell);

    boolean isMeasured(Cell cell) {
      return cell.problem() == null && cell.trials() > 0;
    }
  }

  /// What an experiment says of it, in numbers.
  String numbers(Cell cell) {
    boolean bytes = parts.stream().anyMatch(part -> part.expect() == Expect.FEW_BYTES);
    if (bytes && !cell.bytesAfter().isEmpty()) {
      return CellTable.score(cell) + ", " + Figures.bytes(Figures.mean(cell.bytesAfter()));
    }
    String late = Figures.millis(Figures.percentile(cell.toldMillis(), 50));
    return late.isEmpty() ? CellTable.score(cell) : CellTable.score(cell) + ", " + late;
  }

  /// Those that the report is about.
  static List<Claim> all() {
    return List.of(JsonMapper.shared().readValue(Page.resource("claims.json"), Claim[].class));
  }
}
