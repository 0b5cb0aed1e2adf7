package dev.hangup.observe;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// A file of the live page: for who serves the page by other means than [LivePage]. It asks for
/// nothing from elsewhere, and forbids itself to.
///
/// @param contentType its media type
/// @param text what is in it
public record LiveFile(String contentType, String text) {
  private static final Map<String, String> TYPES =
      Map.of("page.js", "text/javascript", "page.css", "text/css");

  /// Checks the components.
  public LiveFile {
    Objects.requireNonNull(contentType, "contentType");
    Objects.requireNonNull(text, "text");
  }

  /// The page itself. It asks for what else it needs below its own address: `page.js` and
  /// `page.css`, see [#beside(String)], and `feed`, see [LiveFeed].
  ///
  /// @param name the last segment of its address, for instance `hangup`
  /// @return HTML
  public static LiveFile page(String name) {
    String page = read("page.html").replace("\"hangup/", "\"" + name + "/");
    return new LiveFile("text/html; charset=utf-8", page);
  }

  /// What the page needs.
  ///
  /// @param name what was asked for below its address
  /// @return empty if there is no such file
  public static Optional<LiveFile> beside(String name) {
    return Optional.ofNullable(TYPES.get(name))
        .map(type -> new LiveFile(type + "; charset=utf-8", read(name)));
  }

  /// What the page needs, by name.
  static Set<String> names() {
    return TYPES.keySet();
  }

  static String read(String name) {
    try (InputStream in = LiveFile.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
