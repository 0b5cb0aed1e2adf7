package dev.hangup.jdbc;

import dev.hangup.Abort;
import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.Deadline;
import dev.hangup.Op;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One stay of a connection with its user: makes the calls of all that hangs on it, each as the
/// calling thread's current work, and sees to it that a transaction which a cancel has cut short
/// never commits.
///
/// ```
///           a call was cancelled or refused, and auto-commit is off
///   WHOLE ──────────────────────────────────────────────────────────▶ CUT
///         ◀──────────────────────────────────────────────────────────
///           rollback(), setAutoCommit(true), which rolls back first
/// ```
///
/// **The turn.** A driver's cancel may hit whatever its connection does, so a call that can be
/// aborted keeps the turn until no abort is in flight and the connection is known to be clean. Who
/// waits for the turn has sent nothing, and nothing is sent to abort it.
final class Session {
  /// How long what must be done after a cancel may take.
  private static final Duration CLEAN_UP = Duration.ofSeconds(10);

  private static final Abort NOTHING = (_, _) -> {};
  private static final Abort UNTOUCHED = NOTHING.withInterrupt(Abort.Interrupt.NEVER);
  private static final String IN_FAILED_TRANSACTION = "25P02"; // as PostgreSQL says it

  private final Connection connection;
  private final Connection proxy;
  final ReentrantLock turn = new ReentrantLock();

  // Any thread
  private volatile @Nullable Recipe recipe;
  private volatile boolean cut;

  Session(Connection connection) {
    this.connection = connection;
    this.proxy = new ConnectionWrapper(this, connection).as(Connection.class);
  }

  /// A call of the driver.
  @FunctionalInterface
  interface Call {
    @Nullable Object make() throws Throwable;
  }

  /// Makes a call that stops with the current work. Refused, before anything is sent, when that is
  /// cancelled or out of time.
  @Nullable Object stop(@Nullable Statement statement, Call call) throws Throwable {
    return fly(new Flight(this, statement, false), call);
  }

  /// As [#stop(Statement, Call)], in a transaction that is open, where auto-commit is off.
  @Nullable Object begin(@Nullable Statement statement, Call call) throws Throwable {
    return fly(new Flight(this, statement, true), call);
  }

  /// As [#begin(Statement, Call)], with what is left of the deadline as the driver's time limit.
  @Nullable Object execute(Statement statement, Call call) throws Throwable {
    Optional<Deadline> deadline = Cancellation.current().deadline();
    return deadline.isEmpty()
        ? begin(statement, call)
        : begin(statement, () -> within(deadline.get(), statement, call));
  }

  private @Nullable Object fly(Flight flight, Call call) throws Throwable {
    Cancellation work = Cancellation.current();
    if (work == Cancellation.detached()) {
      requireWhole();
      return call.make();
    }
    try {
      requireTime(work);
      work.abortable(flight, () -> flight.make(work, call));
      return flight.answer();
    } catch (CancelledException cancelled) {
      cutShort();
      throw cancelled;
    } finally {
      flight.end(work);
    }
  }

  private static @Nullable Object within(Deadline deadline, Statement statement, Call call)
      throws Throwable {
    int left = Recipe.seconds(deadline.remaining().toNanos());
    int users = statement.getQueryTimeout();
    if (left == 0 || (users != 0 && users <= left)) {
      return call.make();
    }
    statement.setQueryTimeout(left);
    try {
      return call.make();
    } finally {
      if (!statement.isClosed()) {
        statement.setQueryTimeout(users);
      }
    }
  }

  /// Throws when the work is out of time, which its timer may not have noticed yet.
  static void requireTime(Cancellation work) {
    Optional<Deadline> deadline = work.deadline();
    if (deadline.isPresent() && deadline.get().isExpired()) {
      work.check();
      throw new CancelledException(new CancelReason.DeadlineExceeded(deadline.get()));
    }
  }

  /// Commits, and says so if it has: a commit that came before the cancel is one.
  void commit() throws Throwable {
    boolean[] committed = {false};
    try {
      stop(
          null,
          () -> {
            connection.commit();
            committed[0] = true;
            return null;
          });
    } catch (CancelledException cancelled) {
      if (!committed[0]) {
        throw cancelled;
      }
      cut = false;
    }
  }

  /// Makes a call that no cancel cuts short, when the turn is free.
  @Nullable Object finish(Call call) throws Throwable {
    return finish(call, true);
  }

  /// As [#finish(Call)], but waits for nobody: what is closed may be closed while another of the
  /// connection's statements runs.
  @Nullable Object release(Call call) throws Throwable {
    return finish(call, false);
  }

  private @Nullable Object finish(Call call, boolean inTurn) throws Throwable {
    Cancellation work = Cancellation.current();
    if (work == Cancellation.detached()) {
      return call.make();
    }
    Ending ending = new Ending(turn, call, inTurn);
    try {
      work.abortable(UNTOUCHED, ending);
    } catch (CancelledException cancelled) {
      if (!ending.begun) {
        shielded(work, ending);
      } else if (!ending.returned) {
        throw cancelled;
      }
    }
    return ending.answer;
  }

  /// In the end a network connection is given up for the clean-up's budget, a file never.
  private <X extends Throwable> boolean shielded(Cancellation work, Op<Boolean, X> op) throws X {
    Abort abort = NOTHING.withInterrupt(recipe().interrupt());
    return work.shielded(CLEAN_UP, () -> Cancellation.current().abortable(abort, op));
  }

  /// Ends the transaction, cut short or not.
  void rollBack(Call rollBack) throws Throwable {
    finish(rollBack);
    cut = false;
  }

  /// Turns auto-commit on, which commits what is open: not of cancelled work.
  void commitAlways() throws Throwable {
    boolean cancelled = mustRollBack();
    finish(() -> {
      if (cancelled) {
        connection.rollback();
      }
      connection.setAutoCommit(true);
      return null;
    });
    cut = false;
  }

  /// Gives the connection back, after a rollback where its transaction is cancelled work's: some
  /// drivers commit what is open.
  void close() throws Throwable {
    boolean cancelled = mustRollBack();
    finish(() -> {
      if (cancelled) {
        rollBackOrGiveUp();
      }
      connection.close();
      return null;
    });
  }

  private boolean mustRollBack() {
    return (cut || Cancellation.current().isCancelled()) && isInTransaction();
  }

  private void rollBackOrGiveUp() {
    try {
      connection.rollback();
    } catch (SQLException broken) {
      giveUp();
    }
  }

  /// Nobody may use the connection again. The pool learns of it by what the next call throws.
  private void giveUp() {
    try {
      connection.abort(Runnable::run);
      connection.createStatement().close();
    } catch (SQLException asExpected) {
      cut = true;
    }
  }

  /// After a cancel was sent, and none is in flight.
  void settle(Cancellation work, @Nullable Statement statement) {
    boolean clean = false;
    try {
      clean = shielded(work, () -> recipe().settle(connection, statement));
    } catch (SQLException | CancelledException broken) {
      cut = true;
    }
    if (!clean) {
      giveUp();
    }
  }

  private void cutShort() {
    if (isInTransaction()) {
      cut = true;
    }
  }

  private boolean isInTransaction() {
    try {
      return !connection.getAutoCommit();
    } catch (SQLException closed) {
      return false;
    }
  }

  void requireWhole() throws SQLException {
    if (cut) {
      throw new SQLException(
          "the transaction was cut short by a cancel: roll it back first", IN_FAILED_TRANSACTION);
    }
  }

  /// What the driver needs; of a connection that is closed already nobody knows.
  Recipe recipe() {
    Recipe known = recipe;
    if (known == null) {
      try {
        known = Recipe.of(connection);
        recipe = known;
      } catch (SQLException closed) {
        return new Recipe();
      }
    }
    return known;
  }

  /// The driver's, or the pool's.
  Connection connection() {
    return connection;
  }

  /// The user's.
  Connection proxy() {
    return proxy;
  }

  /// A call that is not cut short, in its turn; made once.
  private static final class Ending implements Op<Boolean, Throwable> {
    private final ReentrantLock turn;
    private final Call call;
    private final boolean waits;

    // Only the calling thread
    boolean begun;
    boolean returned;
    @Nullable Object answer;

    Ending(ReentrantLock turn, Call call, boolean waits) {
      this.turn = turn;
      this.call = call;
      this.waits = waits;
    }

    @Override
    public Boolean call() throws Throwable {
      begun = true;
      boolean inTurn = turn.tryLock();
      if (!inTurn && waits) {
        turn.lock();
        inTurn = true;
      }
      try {
        answer = call.make();
        returned = true;
        return true;
      } finally {
        if (inTurn) {
          turn.unlock();
        }
      }
    }
  }
}
