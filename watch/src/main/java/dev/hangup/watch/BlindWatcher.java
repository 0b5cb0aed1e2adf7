package dev.hangup.watch;

import dev.hangup.CancelReason;
import dev.hangup.Observability;
import org.jspecify.annotations.Nullable;

/// Sees nothing.
///
/// @param why for people
record BlindWatcher(String why) implements Watcher {
  @Override
  public void add(Watch watch) {
    // never told
  }

  @Override
  public void remove(Watch watch) {
    // was never added
  }

  @Override
  public @Nullable CancelReason look(Endpoints endpoints) {
    return null;
  }

  @Override
  public Observability observability() {
    return Observability.WRITE_ONLY;
  }

  @Override
  public void close() {
    // holds nothing
  }

  @Override
  public String toString() {
    return "nothing (" + why + ")";
  }
}
