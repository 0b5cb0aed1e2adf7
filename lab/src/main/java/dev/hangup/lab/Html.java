package dev.hangup.lab;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What makes text safe in a page: all that comes from a run goes through here.
final class Html {
  /// Below the page, and nowhere else.
  private static final Pattern BESIDE = Pattern.compile("(?!.*\\.\\.)[\\w][\\w./+=@,-]*");

  private Html() {}

  /// For text, and for attributes in double quotes.
  static String escape(Object value) {
    StringBuilder safe = new StringBuilder();
    String text = String.valueOf(value);
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      switch (c) {
        case '&' -> safe.append("&amp;");
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        case '"' -> safe.append("&quot;");
        case '\'' -> safe.append("&#39;");
        default -> safe.append(c < ' ' && c != '\n' && c != '\t' ? '\ufffd' : c);
      }
    }
    return safe.toString();
  }

  /// A link to a file beside the page; mere text where it is none.
  static String link(String file, String text) {
    return BESIDE.matcher(file).matches()
        ? "<a href=\"%s\">%s</a>".formatted(escape(file), escape(text))
        : escape(text);
  }

  /// The same, of what is HTML already, and said in words besides.
  static String linked(String file, String words, String html) {
    return BESIDE.matcher(file).matches()
        ? "<a href=\"%s\" title=\"%s\" aria-label=\"%s\">%s</a>"
            .formatted(escape(file), escape(words), escape(words), html)
        : html;
  }

  /// Begins a part of the page that may be wider than it.
  static String scroll(String name) {
    return "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"%s\">"
        .formatted(escape(name));
  }

  /// The heads of a table that sorts.
  static String heads(List<String> names) {
    return names.stream()
        .map(name -> "<th><button type=\"button\">%s</button></th>".formatted(escape(name)))
        .collect(Collectors.joining());
  }

  /// For people: `h1` is HTTP/1.1.
  static String protocol(String code) {
    return switch (code) {
      case "h1" -> "HTTP/1.1";
      case "h2" -> "HTTP/2";
      case "h3" -> "HTTP/3";
      default -> code;
    };
  }

  /// What may be an identifier in a page.
  static String anchor(String id) {
    return "cell-" + id.replaceAll("[^\\w-]", "-");
  }
}
