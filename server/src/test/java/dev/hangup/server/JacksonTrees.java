package dev.hangup.server;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/// A library's streams behind [Json]: objects of numbers, as maps.
final class JacksonTrees {
  private static final JsonFactory FACTORY = new JsonFactory();

  private JacksonTrees() {}

  static <T> T parse(byte[] json, Class<T> type) {
    Map<String, Number> map = new LinkedHashMap<>();
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      boolean object = parser.nextToken() == JsonToken.START_OBJECT;
      while (object && parser.nextToken() == JsonToken.PROPERTY_NAME) {
        parser.nextToken();
        map.put(parser.currentName(), parser.getNumberValue());
      }
      if (!object || parser.nextToken() != null) {
        throw new StreamReadException(parser, "expected: one object", parser.currentLocation());
      }
      return type.cast(map);
    }
  }

  static byte[] write(Object value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
      generator.writeStartObject();
      ((Map<?, ?>) value)
          .forEach((name, each) ->
              generator.writeNumberProperty((String) name, ((Number) each).longValue()));
      generator.writeEndObject();
    }
    return out.toByteArray();
  }
}
