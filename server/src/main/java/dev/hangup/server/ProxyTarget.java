package dev.hangup.server;

import io.netty.handler.codec.http.QueryStringDecoder;

/// What an upstream is asked for: byte by byte what the client has sent after the route's prefix.
final class ProxyTarget {
  private ProxyTarget() {}

  /// @param base the target's path, without a slash at its end
  /// @throws HttpException 400 if it would leave the target's path, or is none that can be passed
  ///   on
  static String of(Request request, String base) {
    String sent = request.target();
    String whole = sent.equals("*") ? "" : RequestTarget.originForm(sent);
    if (whole.isEmpty() || !whole.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#')) {
      throw refused(sent, "a path of visible ASCII characters");
    }
    int query = whole.indexOf('?');
    String path = query < 0 ? whole : whole.substring(0, query);
    int from = 0;
    for (int segment = 0; segment < request.restFrom(); segment++) {
      from = path.indexOf('/', from + 1);
    }
    String rest = path.substring(from);
    if (climbs(rest)) {
      throw refused(sent, "a path without ..");
    }
    return base + rest + whole.substring(path.length());
  }

  /// Whether any server could take a segment for `..`: some take an encoded slash or a backslash
  /// for a slash, and leave out what follows a semicolon.
  private static boolean climbs(String rest) {
    String decoded = QueryStringDecoder.decodeComponent(rest.replace("+", "%2B"));
    for (String segment : decoded.split("[/\\\\]", -1)) {
      if (segment.split(";", 2)[0].equals("..")) {
        return true;
      }
    }
    return false;
  }

  private static HttpException refused(String target, String expected) {
    return new HttpException(400, "request target: " + target + " (expected: " + expected + ")");
  }
}
