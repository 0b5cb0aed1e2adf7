package dev.hangup.observe;

import dev.hangup.CancelReason;
import dev.hangup.RequestHead;
import org.jspecify.annotations.Nullable;

/// One request while it is in flight. What a client sent is cut to what a page can show.
final class Flight {
  private static final int LONGEST = 200;

  final long id;
  final long at = System.currentTimeMillis();
  final long began = System.nanoTime();
  final String method;
  final String path;
  final String protocol;
  final String peer;
  volatile String route = Labels.UNMATCHED;
  volatile @Nullable CancelReason reason;
  volatile boolean hidden;
  volatile boolean straggles;
  volatile boolean stopped;

  Flight(long id, RequestHead head) {
    this.id = id;
    this.method = cut(head.method());
    this.path = cut(head.path());
    this.protocol = Labels.protocol(head.protocol());
    this.peer = cut(head.peer());
  }

  static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  /// Spread, and cheaper to have than that of an object without.
  @Override
  public int hashCode() {
    return Long.hashCode(id);
  }

  long nanos() {
    return System.nanoTime() - began;
  }

  void writeHead(JsonText json) {
    json.name("id").value(id).name("method").value(method).name("path").value(path);
    json.name("route").value(cut(route)).name("protocol").value(protocol).name("peer").value(peer);
  }

  void write(JsonText json) {
    json.open('{');
    writeHead(json);
    json.name("at").value(at).name("straggles").value(straggles);
    CancelReason why = reason;
    if (why != null) {
      json.name("reason").value(why.code());
    }
    json.close('}');
  }
}
