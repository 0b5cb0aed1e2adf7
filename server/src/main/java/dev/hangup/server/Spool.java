package dev.hangup.server;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Bytes that are written once and then read: in memory as long as they are few, then in a
/// temporary file. A file stream's write is no place to be interrupted in: the client's next byte
/// is.
final class Spool extends OutputStream {
  private static final Logger LOGGER = System.getLogger("dev.hangup.server");
  private static final int IN_MEMORY = 16 << 10;

  private final TemporaryFiles files;
  private final ByteArrayOutputStream memory = new ByteArrayOutputStream(0);
  private @Nullable Path file;
  private @Nullable OutputStream out;
  private long size;

  Spool(TemporaryFiles files) {
    this.files = files;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (file == null && size + length > IN_MEMORY) {
      file = files.create();
      out = new FileOutputStream(file.toFile());
      memory.writeTo(out);
      memory.reset();
    }
    OutputStream target = out == null ? memory : out;
    target.write(bytes, offset, length);
    size += length;
  }

  @Override
  public void close() throws IOException {
    if (out != null) {
      out.close();
    }
  }

  /// Nobody writes any more, nor cares whether the last bytes arrived.
  void end() {
    try {
      close();
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "a temporary file was not written whole", e);
    }
  }

  long size() {
    return size;
  }

  InputStream open() throws IOException {
    return file == null
        ? new ByteArrayInputStream(memory.toByteArray())
        : Files.newInputStream(file);
  }
}
