package dev.hangup.server;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// A request target, parsed: RFC 9112 §3.2.
///
/// @param path decoded
/// @param segments what stands between the slashes, each decoded: an encoded slash separates
///   nothing
/// @param query decoded
record RequestTarget(String path, List<String> segments, Map<String, List<String>> query) {

  private static final int MOST_PARAMETERS = 1024;

  /// @throws IllegalArgumentException if it is no origin form, absolute form or OPTIONS' `*`, or
  ///   wrongly encoded
  static RequestTarget parse(String method, String target) {
    String origin = target.equals("*") && method.equals("OPTIONS") ? target : originForm(target);
    QueryStringDecoder decoder =
        new QueryStringDecoder(
            origin,
            StandardCharsets.UTF_8,
            true,
            MOST_PARAMETERS,
            /* semicolonIsNormalChar= */ true);
    String path = decoder.path();
    return new RequestTarget(
        path, segments(decoder.rawPath()), Collections.unmodifiableMap(decoder.parameters()));
  }

  /// The target from its path on, as it was sent.
  static String originForm(String target) {
    if (target.startsWith("/")) {
      return target;
    }
    int scheme = target.indexOf("://");
    if (scheme <= 0) {
      throw new IllegalArgumentException("expected: a path that begins with /");
    }
    int authority = scheme + 3;
    int query = target.indexOf('?', authority);
    int path = target.indexOf('/', authority);
    if (path >= 0 && (query < 0 || path < query)) {
      return target.substring(path);
    }
    return query < 0 ? "/" : "/" + target.substring(query);
  }

  private static List<String> segments(String rawPath) {
    List<String> segments = new ArrayList<>(4);
    int from = 1;
    while (from <= rawPath.length()) {
      int slash = rawPath.indexOf('/', from);
      int to = slash < 0 ? rawPath.length() : slash;
      segments.add(
          QueryStringDecoder.decodeComponent(rawPath.substring(from, to).replace("+", "%2B")));
      from = to + 1;
    }
    return segments;
  }
}
