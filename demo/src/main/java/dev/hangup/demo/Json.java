package dev.hangup.demo;

import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Writes JSON to a string.
final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  static <X extends Exception> String text(Content<X> content) throws X {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      content.write(json);
    }
    return text.toString();
  }

  /// What is written.
  @FunctionalInterface
  interface Content<X extends Exception> {
    void write(JsonGenerator json) throws X;
  }
}
