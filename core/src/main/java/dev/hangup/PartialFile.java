package dev.hangup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Writes a file that is there whole or not at all: a download, an export, what a program makes.
///
/// {@snippet class="dev.hangup.SnippetsTest" region="partialFile"}
///
/// It is written under another name in the same folder, `.UUID.part`, and then moved into place in
/// one step, over what was there before. **What a cancel does:** what was written is removed, and
/// the old file, if there is one, stays as it is.
///
/// **Errors**: the caller's own, and those of the file system; what was written is removed.
///
/// **Limits.** What is read or written meanwhile must itself stop with the work. A file that has
/// been moved is not yet forced to the disk: a power cut may take it. A process that is killed
/// leaves its part behind.
public final class PartialFile {
  private PartialFile() {}

  /// What writes the file.
  ///
  /// @param <T> what comes of it
  @FunctionalInterface
  public interface Use<T extends @Nullable Object> {

    /// Writes the file and closes it.
    ///
    /// @param partial where to; nothing is there yet
    /// @return what comes of it
    /// @throws Exception what went wrong; the file is removed
    T use(Path partial) throws Exception;
  }

  /// Writes a file, on the calling thread.
  ///
  /// @param <T> what comes of it
  /// @param target the file's name in the end; an existing file is replaced
  /// @param use called once, on this thread
  /// @return what `use` returned
  /// @throws IOException if the file cannot be moved into place, or was not written at all
  /// @throws CancelledException if the work was cancelled before the file was whole
  /// @throws Exception what `use` threw
  public static <T extends @Nullable Object> T write(Path target, Use<T> use) throws Exception {
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(use, "use");
    Cancellation work = Cancellation.current();
    work.check();
    Path partial = target.resolveSibling("." + UUID.randomUUID() + ".part");
    try {
      T value = use.use(partial);
      work.check();
      var _ = Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      return value;
    } catch (Throwable failure) {
      remove(partial, failure);
      throw failure;
    }
  }

  private static void remove(Path partial, Throwable failure) {
    try {
      var _ = Files.deleteIfExists(partial);
    } catch (IOException alsoFailed) {
      failure.addSuppressed(alsoFailed);
    }
  }
}
