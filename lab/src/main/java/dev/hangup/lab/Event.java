package dev.hangup.lab;

/// What a handler said.
///
/// @param what such as `told`
/// @param id the request's
/// @param nanos when, since 1970
/// @param more what else it said
record Event(String what, String id, long nanos, String more) {

  /// Reads a line of it; throws IllegalArgumentException if it is none.
  static Event parse(String line) {
    String[] words = line.split(" ", 4);
    if (words.length < 3) {
      throw new IllegalArgumentException(line);
    }
    return new Event(
        words[0], words[1], Long.parseLong(words[2]), words.length > 3 ? words[3] : "");
  }
}
