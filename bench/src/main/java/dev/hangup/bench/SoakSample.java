package dev.hangup.bench;

import java.util.Arrays;

/// What a server holds while nobody asks anything of it: after a collection.
///
/// @param heap in bytes, used
/// @param direct Netty's memory outside of the heap, in bytes
/// @param threads of the platform
/// @param files open file descriptors
/// @param running handlers
/// @param alarms warnings in the log since it started, of stragglers among them
/// @param requests since it started
record SoakSample(
    long heap, long direct, long threads, long files, long running, long alarms, long requests) {

  /// As [#parse(String)] reads it.
  String line() {
    return "%d %d %d %d %d %d %d"
        .formatted(heap, direct, threads, files, running, alarms, requests);
  }

  static SoakSample parse(String line) {
    long[] numbers = Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
    return new SoakSample(
        numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6]);
  }
}
