package dev.hangup.server;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The part of a file that a request asks for: RFC 9110 §14.
///
/// @param first the first byte's position
/// @param last the last byte's; before the first where the file has no such part
record ByteRange(long first, long last) {
  private static final Pattern ONE =
      Pattern.compile("bytes=(\\d*)-(\\d*)", Pattern.CASE_INSENSITIVE);

  /// Returns null where the whole file is the answer: what is malformed, or in units unknown, is
  /// ignored, and several ranges are too, as §14.2 allows, for they cost more than they save.
  static @Nullable ByteRange of(List<String> fields, long length) {
    Matcher one = ONE.matcher(fields.size() == 1 ? fields.getFirst() : "");
    if (!one.matches() || one.group().endsWith("=-")) {
      return null;
    }
    if (one.group(1).isEmpty()) {
      long count = Math.min(number(one.group(2)), length);
      return length == 0 ? null : new ByteRange(length - count, length - 1);
    }
    long first = number(one.group(1));
    long last = one.group(2).isEmpty() ? Long.MAX_VALUE : number(one.group(2));
    return last < first ? null : new ByteRange(first, Math.min(last, length - 1));
  }

  /// Any number of digits: no file is as long as what does not fit.
  private static long number(String digits) {
    String significant = digits.replaceFirst("^0+(?=.)", "");
    return significant.length() > 18 ? Long.MAX_VALUE : Long.parseLong(significant);
  }

  /// Whether the file has nothing of it.
  boolean isEmpty() {
    return last < first;
  }

  long count() {
    return last - first + 1;
  }

  /// For `Content-Range`.
  String of(long length) {
    return "bytes " + (isEmpty() ? "*" : first + "-" + last) + "/" + length;
  }
}
