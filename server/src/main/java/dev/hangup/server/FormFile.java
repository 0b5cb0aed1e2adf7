package dev.hangup.server;

import dev.hangup.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file of a [Form]: in memory if it is small, else in a temporary file that is deleted when the
/// handler has returned, however it ended. **Thread safety**: for any thread, until then.
public final class FormFile {
  private final String name;
  private final String fileName;
  private final String contentType;
  private final Spool spool;

  FormFile(String name, String fileName, String contentType, Spool spool) {
    this.name = name;
    this.fileName = fileName;
    this.contentType = contentType;
    this.spool = spool;
  }

  /// The field's name.
  ///
  /// @return for instance `upload`
  public String name() {
    return name;
  }

  /// What the client calls the file, without folders and control characters. It is the client's
  /// word: good to be shown, not to be a path.
  ///
  /// @return for instance `report.pdf`; empty if nothing is left of it
  public String fileName() {
    return fileName;
  }

  /// What the client says that it is, without parameters. It is the client's word.
  ///
  /// @return for instance `text/plain`; `application/octet-stream` where it does not say
  public String contentType() {
    return contentType;
  }

  /// How long it is.
  ///
  /// @return in bytes
  public long size() {
    return spool.size();
  }

  /// Reads it from its beginning.
  ///
  /// @return a new stream, to be closed
  /// @throws IOException if the request is over, or the temporary file cannot be read
  public InputStream open() throws IOException {
    return spool.open();
  }

  /// Copies it. A copy that fails, or whose work is cancelled, is deleted.
  ///
  /// @param target a file that does not exist yet
  /// @throws IOException if the target exists or cannot be written
  public void transferTo(Path target) throws IOException {
    try (InputStream in = open();
        OutputStream out =
            Files.newOutputStream(
                target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      try {
        in.transferTo(out);
      } catch (IOException e) {
        Files.delete(target);
        Cancellation.current().check();
        throw e;
      }
    }
  }

  /// Its name, type and size, for people.
  @Override
  public String toString() {
    return name + ": " + fileName + " (" + contentType + ", " + size() + " bytes)";
  }
}
