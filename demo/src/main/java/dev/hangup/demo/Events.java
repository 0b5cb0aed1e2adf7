package dev.hangup.demo;

import dev.hangup.Registration;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the experiments tell: lines for people and, if wanted, a trace for programs. Both are
/// flushed line by line.
///
/// **Thread safety**: for any thread.
final class Events implements AutoCloseable {
  private static final String REQUEST_ID = "X-Request-Id";
  private static final Predicate<String> PLAIN_ID =
      Pattern.compile("[A-Za-z0-9._-]{1,64}").asMatchPredicate();

  // Any thread
  private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();

  // Guarded by this
  private final PrintStream out;
  private final @Nullable OutputStream trace;

  Events(PrintStream out, @Nullable OutputStream trace) {
    this.out = out;
    this.trace = trace;
  }

  /// Opens the trace, if there is to be one, at its end.
  ///
  /// @throws IOException if the trace cannot be written: names it and says why
  static Events open(PrintStream out, @Nullable Path trace) throws IOException {
    if (trace == null) {
      return new Events(out, null);
    }
    try {
      // No channel: an interrupt, which is how handlers are stopped, would close it.
      return new Events(out, new FileOutputStream(trace.toFile(), true));
    } catch (IOException e) {
      throw new IOException("cannot write the trace: " + e.getMessage(), e);
    }
  }

  /// Begins the story of a request, whose id goes into the response.
  Story begin(Request request, Response response) {
    String id = request.header(REQUEST_ID).filter(PLAIN_ID).orElseGet(Events::newId);
    response.header(REQUEST_ID, id);
    return Story.begin(this, id);
  }

  private static String newId() {
    return UUID.randomUUID().toString();
  }

  /// Lets someone hear the events of the requests whose id begins so, in order, until closed. They
  /// are heard on the thread that tells them, which must not be held up.
  Registration listen(String beginning, Consumer<Event> listener) {
    Consumer<Event> some =
        event -> {
          if (event.id().startsWith(beginning)) {
            listener.accept(event);
          }
        };
    listeners.add(some);
    return () -> listeners.remove(some);
  }

  /// Tells people.
  synchronized void print(String line) {
    out.println(line);
    out.flush();
  }

  /// Tells programs.
  synchronized void trace(Event event) {
    listeners.forEach(listener -> listener.accept(event));
    if (trace == null) {
      return;
    }
    try {
      trace.write((event.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
      trace.flush();
    } catch (IOException e) {
      System.err.println("the trace lacks an event: " + e.getMessage());
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (trace != null) {
      trace.close();
    }
  }
}
