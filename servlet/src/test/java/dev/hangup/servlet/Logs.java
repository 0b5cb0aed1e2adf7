package dev.hangup.servlet;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Keeps what is logged at WARNING or above, by us or by a container; but for Tomcat's complaint of
/// a slow machine, and Jetty's of being stopped while it ends an answer.
final class Logs extends Handler implements AutoCloseable {
  private static final Set<String> LEFT_OUT =
      Set.of("org.apache.catalina.util.SessionIdGeneratorBase", "org.eclipse.jetty.util.Blocker");

  private final Logger root = Logger.getLogger("");
  private final Collection<LogRecord> records = new ConcurrentLinkedQueue<>();

  Logs() {
    setLevel(Level.WARNING);
    root.addHandler(this);
  }

  List<String> alarms() {
    return records.stream().map(Logs::text).toList();
  }

  private static String text(LogRecord entry) {
    StringWriter text = new StringWriter();
    text.append(entry.getLoggerName() + " " + entry.getLevel() + " " + entry.getMessage());
    if (entry.getThrown() != null) {
      entry.getThrown().printStackTrace(new PrintWriter(text));
    }
    return text.toString();
  }

  @Override
  public void publish(LogRecord entry) {
    if (isLoggable(entry) && !LEFT_OUT.contains(entry.getLoggerName())) {
      records.add(entry);
    }
  }

  /// Forgets what was expected.
  void clear() {
    records.clear();
  }

  @Override
  public void flush() {
    // nothing waits
  }

  @Override
  public void close() {
    root.removeHandler(this);
  }
}
