package dev.hangup.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/// Compresses one body, piece by piece: what was put in can be read as soon as what came out is
/// sent. For one thread at a time; to be closed, since it holds native memory.
final class Compressor implements AutoCloseable {
  private final ByteArrayOutputStream sink = new ByteArrayOutputStream();
  private final OutputStream coder;
  private boolean closed;

  Compressor(ContentCoding coding) {
    try {
      this.coder = coding.over(sink);
    } catch (IOException e) {
      throw inMemory(e);
    }
  }

  /// A whole body at once.
  static byte[] whole(ContentCoding coding, byte[] body) {
    try (Compressor compressor = new Compressor(coding)) {
      return compressor.compress(body, 0, body.length, true);
    }
  }

  byte[] compress(byte[] source, int offset, int count, boolean last) {
    try {
      coder.write(source, offset, count);
      if (last) {
        close();
      } else {
        coder.flush();
      }
    } catch (IOException e) {
      throw inMemory(e);
    }
    byte[] out = sink.toByteArray();
    sink.reset();
    return out;
  }

  /// What is left to be sent at the end.
  byte[] end() {
    return compress(new byte[0], 0, 0, true);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        coder.close();
      } catch (IOException e) {
        throw inMemory(e);
      }
    }
  }

  private static UncheckedIOException inMemory(IOException cause) {
    return new UncheckedIOException("the coder failed, which writes to memory", cause);
  }
}
