package dev.hangup.server;

import java.util.List;

/// One exchange's way past its gates, and its places behind them until its handler has returned.
///
/// Only the event loop; [#leave()] and [#straggles()] once the handler runs are for any thread.
final class Passage {
  private final Entrance entrance;
  private final List<Gate> gates;
  private int passed;
  private boolean waits;

  // Guarded by this
  private boolean left;
  private boolean straggling;

  Passage(Entrance entrance, List<Gate> gates) {
    this.entrance = entrance;
    this.gates = gates;
  }

  /// Goes on until it is through, has to wait, or is refused, which gives all places back.
  Gate.Verdict proceed() {
    while (passed < gates.size()) {
      Gate.Verdict verdict = gates.get(passed).enter(entrance);
      if (verdict != Gate.Verdict.PASS) {
        waits = verdict == Gate.Verdict.WAIT;
        if (!waits) {
          leave();
        }
        return verdict;
      }
      passed++;
    }
    return Gate.Verdict.PASS;
  }

  /// The gate that it waited at lets it pass.
  void turn() {
    waits = false;
    passed++;
  }

  /// The gate that it waited at lets nobody pass.
  void sentAway() {
    waits = false;
  }

  /// It is to wait no more.
  ///
  /// @return whether it did; where its turn has come already, whoever takes it finds it over
  boolean giveUp() {
    if (!waits || !gates.get(passed).forget(entrance)) {
      return false;
    }
    waits = false;
    leave();
    return true;
  }

  /// Gives all places back: nothing runs for it any more.
  void leave() {
    boolean straggled;
    synchronized (this) {
      left = true;
      straggled = straggling;
    }
    for (; passed > 0; passed--) {
      if (straggled) {
        gates.get(passed - 1).straggledEnough();
      }
      gates.get(passed - 1).leave();
    }
  }

  /// Its handler goes on although its grace is over.
  void straggles() {
    synchronized (this) {
      if (left || straggling) {
        return;
      }
      straggling = true;
      gates.forEach(Gate::straggles); // here, so that no return is counted before it
    }
  }
}
