package dev.hangup;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// What is known of one request to a [HangUpProbe]. For any thread.
final class ProbeRecord {
  /// By these the doctor knows a hop. People's addresses and names are not kept: only that they
  /// were there.
  private static final List<String> HOPS =
      List.of("Via", "Connection", "CDN-Loop", "X-Varnish", "X-Forwarded-Server");

  private static final List<String> PRESENT =
      List.of(
          "Forwarded",
          "X-Forwarded-For",
          "X-Real-IP",
          "X-Request-Id",
          "X-Envoy-External-Address",
          "X-Envoy-Expected-Rq-Timeout-Ms",
          "X-Amzn-Trace-Id",
          "X-Amz-Cf-Id",
          "X-Cloud-Trace-Context",
          "CF-Ray",
          "Fastly-Client-IP",
          "True-Client-IP");
  private static final int LONGEST = 200;

  private final String protocol;
  private final String sight;
  private final String fields;
  private final long began;

  // Guarded by this
  private @Nullable String reason;
  private long toldAt;
  private long stoppedAt;
  private boolean stopped;
  private boolean whole;
  private long bytes;
  private long bodyBytes;

  ProbeRecord(HangUpProbe.Call call, long now) {
    this.protocol = call.protocol();
    this.sight = call.sight().map(seen -> seen.name().toLowerCase(Locale.ROOT)).orElse("none");
    this.fields = fields(call);
    this.began = now;
  }

  private static String fields(HangUpProbe.Call call) {
    StringJoiner found = new StringJoiner(",", "{", "}");
    for (String name : HOPS) {
      call.field().apply(name).ifPresent(value -> found.add(text(name) + ":" + text(value)));
    }
    for (String name : PRESENT) {
      call.field().apply(name).ifPresent(_ -> found.add(text(name) + ":\"\""));
    }
    return found.toString();
  }

  synchronized void told(String code, long now) {
    if (reason == null && !whole) {
      reason = code;
      toldAt = now;
    }
  }

  /// The engine threw. A failed write is how some tell of a client that is gone.
  void failed(boolean cancelled, long now) {
    if (!cancelled) {
      told("io_failed", now);
    }
  }

  synchronized void read(int count) {
    bodyBytes += count;
  }

  synchronized void wrote(int count) {
    bytes += count;
  }

  synchronized void whole() {
    whole = true;
  }

  synchronized void stopped(long now) {
    stopped = true;
    stoppedAt = now;
  }

  /// All times are told as how long ago it was, so that clocks need not agree.
  synchronized String json(long now) {
    return "{\"protocol\":%s,\"sight\":%s,\"fields\":%s,\"beganAgo\":%s,\"told\":%s,\"toldAgo\":%s,\"stoppedAgo\":%s,\"whole\":%s,\"bytes\":%d,\"bodyBytes\":%d}\n"
        .formatted(
            text(protocol),
            text(sight),
            fields,
            millis(now - began),
            reason == null ? "null" : text(reason),
            reason == null ? "null" : millis(now - toldAt),
            stopped ? millis(now - stoppedAt) : "null",
            whole,
            bytes,
            bodyBytes);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.3f", nanos / 1e6);
  }

  private static String text(String value) {
    StringBuilder json = new StringBuilder("\"");
    for (int at = 0; at < Math.min(value.length(), LONGEST); at++) {
      char c = value.charAt(at);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
