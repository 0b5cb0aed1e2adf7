package dev.hangup.jdbc;

import dev.hangup.Abort;
import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One call to the driver that is aborted natively.
///
/// ```
/// waits for the turn ─▶ opens the transaction ─▶ AIRBORNE ─▶ the region is left ─▶ settled ─▶ turn free
///        nothing is sent to abort these           aborted       (no abort in flight)
/// ```
final class Flight implements Abort {
  private static final int LOOK_MILLIS = 20;

  private final Session session;
  private final @Nullable Statement statement;
  private final boolean opens;

  // Only the calling thread
  private boolean inTurn;
  private @Nullable Object answer;

  // The calling thread and the aborter
  private volatile @Nullable Recipe airborne;
  private volatile boolean fired;

  /// @param opens whether the call would open a transaction
  Flight(Session session, @Nullable Statement statement, boolean opens) {
    this.session = session;
    this.statement = statement;
    this.opens = opens;
  }

  /// Makes the call; inside the region.
  boolean make(Cancellation work, Session.Call call) throws Throwable {
    takeTurn(work);
    session.requireWhole();
    Recipe recipe = session.recipe();
    if (opens) {
      recipe.begin(session.connection());
      work.check();
    }
    airborne = recipe;
    answer = call.make();
    return true;
  }

  /// What the call returned.
  @Nullable Object answer() {
    return answer;
  }

  private void takeTurn(Cancellation work) throws SQLException {
    try {
      while (!session.turn.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        work.check();
      }
      inTurn = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLTransientException("interrupted while another thread used the connection", e);
    }
  }

  @Override
  public void abort(CancelReason reason, int attempt) throws SQLException {
    Recipe recipe = airborne;
    if (recipe != null) {
      fired = true;
      recipe.cancel(session.connection(), statement, attempt);
    }
  }

  @Override
  public Interrupt interrupt() {
    return session.recipe().interrupt();
  }

  /// After the region was left, if it was entered at all.
  void end(Cancellation work) {
    if (fired) {
      session.settle(work, statement);
    }
    if (inTurn) {
      session.turn.unlock();
    }
  }
}
