package dev.hangup.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

/// A stream of server-sent events, what a browser's `EventSource` reads: HTML §9.2.
///
/// {@snippet class="dev.hangup.server.SnippetsTest" region="events"}
///
/// Each event is sent at once, and whole. Where nothing was sent for a while the server sends a
/// comment, which clients overlook: proxies keep the connection, and a client that is gone is found
/// out. The stream ends in good order when the handler returns or calls [Response#end()]; a browser
/// then comes again, unless it is answered 204.
///
/// **Cancellation**: emitting throws [dev.hangup.CancelledException] once the client has hung up. A
/// handler that waits for its next event is cancelled like any other.
///
/// **Thread safety**: for any thread of the request's work; events are sent one after the other.
///
/// **Errors**: emitting throws [IOException] once the response has ended, and
/// [java.io.InterruptedIOException] where the thread was interrupted while it waited for a slow
/// client: half an event may be out, so the stream is cut.
public final class ServerEvents {
  private final OutputStream body;

  ServerEvents(OutputStream body) {
    this.body = body;
  }

  /// Sends an event that has data alone.
  ///
  /// @param data what it says; may have several lines
  /// @throws IOException as said above
  public void emit(String data) throws IOException {
    emit(ServerEvent.of(data));
  }

  /// Sends an event.
  ///
  /// @param event what to send
  /// @throws IOException as said above
  public void emit(ServerEvent event) throws IOException {
    write(event.encoded());
  }

  /// Sends what people see who look at the stream, and clients overlook.
  ///
  /// @param comment may have several lines
  /// @throws IOException as said above
  public void comment(String comment) throws IOException {
    StringBuilder text = new StringBuilder(comment.length() + 8);
    ServerEvent.appendLines(text, ": ", comment);
    write(text.append('\n').toString());
  }

  private void write(String text) throws IOException {
    body.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /// How a stream of events behaves. Immutable: each `withX` returns a copy.
  ///
  /// | option | default | why |
  /// |---|---|---|
  /// | heartbeat | 15 s | proxies give up on silence after 30 s or more |
  /// | compression | off | small events gain little, and each stream would hold 256 KiB |
  public static final class Options {
    static final Options DEFAULTS = new Options(Duration.ofSeconds(15), false);
    private static final Duration LONGEST = Duration.ofDays(365); // its nanoseconds are a long

    private final Duration heartbeat;
    private final boolean compression;

    private Options(Duration heartbeat, boolean compression) {
      this.heartbeat = heartbeat;
      this.compression = compression;
    }

    /// After how long a silence a comment is sent.
    ///
    /// @param heartbeat 0 to 365 days; 0: never
    /// @return a copy
    /// @throws IllegalArgumentException if it is out of range
    public Options withHeartbeat(Duration heartbeat) {
      if (Objects.requireNonNull(heartbeat, "heartbeat").isNegative()
          || heartbeat.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            "heartbeat: " + heartbeat + " (expected: 0 to " + LONGEST.toDays() + " days)");
      }
      return new Options(heartbeat, compression);
    }

    /// Whether events are compressed, where the server compresses and the client asks for it. Each
    /// can still be read at once.
    ///
    /// @param compression whether
    /// @return a copy
    public Options withCompression(boolean compression) {
      return new Options(heartbeat, compression);
    }

    Duration heartbeat() {
      return heartbeat;
    }

    boolean compression() {
      return compression;
    }
  }
}
