package dev.hangup.lab.doctor;

/// What the service does when its client leaves.
enum Phase {
  WAITING("before the answer", "wait=%d", "GET"),
  STREAMING("in mid answer", "wait=%d&every=100", "GET"),
  UPLOADING("in mid upload", "wait=%d", "POST");

  private final String text;
  private final String query;
  private final String method;

  Phase(String text, String query, String method) {
    this.text = text;
    this.query = query;
    this.method = method;
  }

  /// For people.
  String text() {
    return text;
  }

  String query(String id, long millis) {
    return "id=" + id + "&" + query.formatted(millis);
  }

  String method() {
    return method;
  }
}
