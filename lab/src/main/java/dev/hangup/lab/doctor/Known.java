package dev.hangup.lab.doctor;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the probe knows of one request, and when it said so.
///
/// @param protocol that it came by
/// @param sight `full`, `write_only`, or `none` where nobody looks
/// @param fields of it that tell of hops
/// @param told why it was told that its client is gone; null if it was not
/// @param toldAgoMillis how long ago, if it was
/// @param over whether its handler has ended
/// @param at when this was known, by this machine's clock
record Known(
    String protocol,
    String sight,
    Map<String, String> fields,
    @Nullable String told,
    double toldAgoMillis,
    boolean over,
    long at) {

  static Known parse(String text, long at) throws CannotAskException {
    try {
      JsonNode known = JsonMapper.shared().readTree(text);
      Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      known
          .path("fields")
          .properties()
          .forEach(field -> fields.put(field.getKey(), field.getValue().asString("")));
      return new Known(
          known.required("protocol").asString(),
          known.required("sight").asString(),
          fields,
          known.required("told").isNull() ? null : known.get("told").asString(),
          known.path("toldAgo").asDouble(0),
          !known.required("stoppedAgo").isNull(),
          at);
    } catch (JacksonException e) {
      CannotAskException bad =
          new CannotAskException("the probe's answer is not understood: " + e.getOriginalMessage());
      bad.addSuppressed(e);
      throw bad;
    }
  }

  /// From a hang-up at that time until it was told, at most.
  long lateMillis(long left) {
    return Math.round((at - left) / 1e6 - toldAgoMillis);
  }
}
