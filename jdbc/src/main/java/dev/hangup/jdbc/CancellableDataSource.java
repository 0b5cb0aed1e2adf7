package dev.hangup.jdbc;

import dev.hangup.Abort;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.Op;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Objects;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// A data source whose SQL stops with the work that waits for it: a driver's or, better, a pool's,
/// wrapped once.
///
/// {@snippet class="dev.hangup.jdbc.SnippetsTest" region="wrap"}
///
/// Each call on its connections, statements and result sets belongs to the work that the calling
/// thread does ([Cancellation#current()]), whoever made the object. Outside any work all is as
/// without the wrapper.
///
/// **What a cancel does.** Statements, fetches of rows, commits and metadata queries are aborted by
/// the driver's own means, again and again until the call has returned, and throw
/// [CancelledException] with the driver's exception as the cause; so does a call that the database
/// answered in spite of the cancel. A commit that returned is a commit. What waits for a connection
/// is interrupted. In work that is cancelled, or whose deadline has passed, such calls are refused
/// before anything is sent.
///
/// **Clean-up** is never cut short: `rollback`, `close` and the setters of a connection run to
/// their end. The next statement is not hit, nor the next user of a pooled connection: the call
/// returns only when no cancel is in flight, and after one was sent, a probe makes sure of it.
///
/// **Transactions.** One in which a call was cancelled or refused never commits: `commit` throws
/// (SQLState 25P02), `close` and `setAutoCommit(true)` roll back first, until `rollback()` has been
/// called. In a transaction on PostgreSQL the first statement costs one round trip more.
///
/// **Deadline.** A statement gets what is left, rounded up, as its query timeout, unless it has a
/// smaller one; afterwards it has its own again.
///
/// **Thread safety**: as the driver's. **Errors**: the driver's own, untouched, unless the work was
/// cancelled. **Limits**: the streams of a `Blob` or `Clob` are the driver's; on an H2 server a
/// statement that was cancelled is closed; `unwrap` to a class of the driver leads past all this.
public final class CancellableDataSource implements DataSource {
  private static final Abort NOTHING = (_, _) -> {};

  private final DataSource delegate;

  /// Whether an interrupt harms nobody who is connected already; known with the first connection.
  private volatile boolean interruptible;

  private CancellableDataSource(DataSource delegate) {
    this.delegate = delegate;
  }

  /// Wraps a data source.
  ///
  /// @param dataSource a driver's or a pool's
  /// @return the same if it is wrapped already
  public static CancellableDataSource wrap(DataSource dataSource) {
    return dataSource instanceof CancellableDataSource wrapped
        ? wrapped
        : new CancellableDataSource(Objects.requireNonNull(dataSource, "dataSource"));
  }

  /// A connection for the current work, and for whoever it is handed to.
  ///
  /// @throws CancelledException if the work was cancelled; a connection that came nevertheless is
  ///   given back
  @Override
  public Connection getConnection() throws SQLException {
    return connect(delegate::getConnection);
  }

  /// As [#getConnection()].
  ///
  /// @throws CancelledException if the work was cancelled
  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    return connect(() -> delegate.getConnection(username, password));
  }

  private Connection connect(Op<Connection, SQLException> opening) throws SQLException {
    Cancellation work = Cancellation.current();
    if (work == Cancellation.detached()) {
      return new Session(opening.call()).proxy();
    }
    Session.requireTime(work);
    Abort.Interrupt interrupt =
        interruptible ? Abort.Interrupt.AT_ONCE : Abort.Interrupt.AFTER_GRACE;
    @Nullable Session[] opened = {null};
    try {
      return work.abortable(
          NOTHING.withInterrupt(interrupt),
          () -> {
            Session session = new Session(opening.call());
            opened[0] = session;
            interruptible = session.recipe().interrupt() != Abort.Interrupt.NEVER;
            return session.proxy();
          });
    } catch (CancelledException cancelled) {
      if (opened[0] != null) {
        opened[0].proxy().close();
      }
      throw cancelled;
    }
  }

  /// This, or what it wraps.
  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    return type.isInstance(delegate) ? type.cast(delegate) : delegate.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(this) || type.isInstance(delegate) || delegate.isWrapperFor(type);
  }

  @Override
  public @Nullable PrintWriter getLogWriter() throws SQLException {
    return delegate.getLogWriter();
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
    delegate.setLogWriter(out);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return delegate.getLoginTimeout();
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    delegate.setLoginTimeout(seconds);
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return delegate.getParentLogger();
  }

  /// For people.
  @Override
  public String toString() {
    return "cancellable " + delegate;
  }
}
