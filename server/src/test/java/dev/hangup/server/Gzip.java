package dev.hangup.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;

/// What a client can read of gzip.
final class Gzip {
  private Gzip() {}

  /// All that can be read of a body that need not be whole.
  static String readable(byte[] begun) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(begun))) {
      for (int value = in.read(); value >= 0; value = in.read()) {
        out.write(value);
      }
    } catch (EOFException _) {
      return out.toString(UTF_8); // more is to come
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(UTF_8);
  }

  /// A whole body.
  static String whole(byte[] body) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
