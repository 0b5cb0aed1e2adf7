package dev.hangup.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Takes a chunked body apart: RFC 9112 §7.1.
final class Chunks {
  private Chunks() {}

  /// The chunks of a whole response.
  static List<String> of(String response) {
    byte[] rest = response.substring(response.indexOf("\r\n\r\n") + 4).getBytes(UTF_8);
    List<String> chunks = new ArrayList<>();
    for (int at = 0; ; ) {
      int line = at;
      while (rest[line] != '\r') {
        line++;
      }
      int length = Integer.parseInt(new String(rest, at, line - at, UTF_8), 16);
      if (length == 0) {
        return chunks;
      }
      chunks.add(new String(rest, line + 2, length, UTF_8));
      at = line + 2 + length + 2;
    }
  }

  /// The next chunk, empty at the end of a body without trailers.
  static String next(RawClient client) throws IOException {
    int length = Integer.parseInt(client.readLine(), 16);
    String chunk = client.read(length);
    client.skip(2);
    return chunk;
  }
}
