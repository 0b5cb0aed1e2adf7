package dev.hangup.server;

import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import java.io.IOException;
import java.io.OutputStream;

/// Names brotli4j's classes, which may be absent: loaded only where they are there.
final class BrotliStream {
  /// Smaller than gzip makes it, in about the same time.
  private static final int QUALITY = 4;

  /// Looks back over 256 KiB: 4 MiB, as would be usual, are much for each stream.
  private static final int WINDOW = 18;

  private BrotliStream() {}

  static OutputStream over(OutputStream sink) throws IOException {
    return new BrotliOutputStream(
        sink, new Encoder.Parameters().setQuality(QUALITY).setWindow(WINDOW));
  }
}
