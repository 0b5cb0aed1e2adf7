package dev.hangup.observe;

import java.math.BigDecimal;
import java.util.Locale;

/// Writes JSON that may also stand in a script: nothing in a string can end it, or be taken for a
/// tag. For one thread.
final class JsonText {
  private final StringBuilder text = new StringBuilder(1024);
  private boolean first = true;

  JsonText open(char bracket) {
    separate();
    text.append(bracket);
    first = true;
    return this;
  }

  JsonText close(char bracket) {
    text.append(bracket);
    first = false;
    return this;
  }

  JsonText name(String name) {
    separate();
    quote(name);
    text.append(':');
    first = true;
    return this;
  }

  JsonText value(String value) {
    separate();
    quote(value);
    return this;
  }

  JsonText value(long value) {
    separate();
    text.append(value);
    return this;
  }

  /// Three decimals are enough for what people look at.
  JsonText value(double value) {
    separate();
    text.append(BigDecimal.valueOf(Math.round(value * 1_000), 3).toPlainString());
    return this;
  }

  JsonText value(boolean value) {
    separate();
    text.append(value);
    return this;
  }

  private void separate() {
    if (!first) {
      text.append(',');
    }
    first = false;
  }

  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean plain = c >= ' ' && c < 0x7f && "\"\\<>&'".indexOf(c) < 0;
      if (plain) {
        text.append(c);
      } else {
        text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      }
    }
    text.append('"');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
