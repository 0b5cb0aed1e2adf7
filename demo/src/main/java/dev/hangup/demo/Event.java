package dev.hangup.demo;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// Something that happened to a request.
///
/// @param id the request's
/// @param name what happened: `started`, `working`, `sent`, `received`, `told` of the cancel,
///   `stopped`, `completed` or `failed`
/// @param at when
/// @param n how far the work was: a step, pieces or bytes; null where there is nothing to count
/// @param reason why the request was cancelled, if it was: the code of a [dev.hangup.CancelReason]
record Event(String id, String name, Instant at, @Nullable Long n, @Nullable String reason) {

  /// The event as one line of the trace:
  /// `{"id":"7","event":"told","at":1763650413000123,"reason":"client_closed"}`. The time is in
  /// microseconds since the epoch.
  String toJson() {
    return Json.text(json -> {
      json.writeStartObject();
      json.writeStringProperty("id", id);
      json.writeStringProperty("event", name);
      json.writeNumberProperty("at", ChronoUnit.MICROS.between(Instant.EPOCH, at));
      if (n != null) {
        json.writeNumberProperty("n", n);
      }
      if (reason != null) {
        json.writeStringProperty("reason", reason);
      }
      json.writeEndObject();
    });
  }
}
