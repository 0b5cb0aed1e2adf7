package dev.hangup.observe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// JSON that was read by somebody else's parser.
record Parsed(Object value) {
  static Parsed of(String json) {
    try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
      parser.nextToken();
      return new Parsed(read(parser));
    }
  }

  private static Object read(JsonParser parser) {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      Map<String, Object> members = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        members.put(name, read(parser));
      }
      return members;
    }
    if (token == JsonToken.START_ARRAY) {
      List<Object> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(read(parser));
      }
      return items;
    }
    return parser.getString();
  }

  Parsed at(String name) {
    return new Parsed(((Map<?, ?>) value).get(name));
  }

  Parsed at(int index) {
    return new Parsed(((List<?>) value).get(index));
  }

  int size() {
    return value instanceof List<?> items ? items.size() : ((Map<?, ?>) value).size();
  }

  String text() {
    return (String) value;
  }
}
