package dev.hangup.lab;

import java.util.regex.Pattern;

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

  /// What may be an identifier in a page.
  static String anchor(String id) {
    return "cell-" + id.replaceAll("[^\\w-]", "-");
  }
}
