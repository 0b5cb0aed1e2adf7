package dev.hangup.demo;

import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// A line of the trace, as a program reads it. What is absent is empty, or -1.
record TracedEvent(String id, String event, long at, long n, String reason) {
  private static final JsonFactory FACTORY = new JsonFactory();

  static TracedEvent parse(String line) {
    Map<String, String> values = new HashMap<>();
    try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), line)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new AssertionError("no JSON object: " + line);
      }
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        json.nextToken();
        values.put(name, json.getString());
      }
    }
    return new TracedEvent(
        values.get("id"),
        values.get("event"),
        Long.parseLong(values.get("at")),
        Long.parseLong(values.getOrDefault("n", "-1")),
        values.getOrDefault("reason", ""));
  }
}
