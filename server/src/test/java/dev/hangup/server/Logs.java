package dev.hangup.server;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Keeps what the server, the core and Netty log, instead of printing it.
final class Logs extends Handler implements AutoCloseable {
  private final List<Logger> loggers =
      List.of(Logger.getLogger("dev.hangup"), Logger.getLogger("io.netty"));
  private final Collection<LogRecord> records = new ConcurrentLinkedQueue<>();

  Logs() {
    for (Logger logger : loggers) {
      logger.addHandler(this);
      logger.setUseParentHandlers(false);
    }
  }

  /// What was logged at WARNING or above.
  List<LogRecord> alarms() {
    return records.stream()
        .filter(record -> record.getLevel().intValue() >= Level.WARNING.intValue())
        .toList();
  }

  List<String> alarmTexts() {
    return alarms().stream().map(Logs::text).toList();
  }

  private static String text(LogRecord entry) {
    StringWriter text = new StringWriter().append(entry.getMessage());
    if (entry.getThrown() != null) {
      entry.getThrown().printStackTrace(new PrintWriter(text));
    }
    return text.toString();
  }

  @Override
  public void publish(LogRecord entry) {
    records.add(entry);
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
    for (Logger logger : loggers) {
      logger.removeHandler(this);
      logger.setUseParentHandlers(true);
    }
  }
}
