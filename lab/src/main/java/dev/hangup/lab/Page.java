package dev.hangup.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/// One file of HTML that needs no other, and asks nobody.
final class Page {
  private Page() {}

  /// @param body HTML
  static String of(String title, String body) {
    return resource("report.html")
        .replace("{{title}}", Html.escape(title))
        .replace("{{style}}", resource("report.css"))
        .replace("{{script}}", resource("report.js"))
        .replace("{{body}}", body); // last: nothing in it is replaced
  }

  static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
