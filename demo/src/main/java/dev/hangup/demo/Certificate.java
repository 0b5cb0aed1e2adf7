package dev.hangup.demo;

import dev.hangup.server.Tls;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Map;

/// The demo's certificate: self-signed, made at the first start and kept among the user's caches.
final class Certificate {
  private Certificate() {}

  /// The user's folder for it, as the XDG Base Directory Specification says.
  static Path folder(Map<String, String> environment, String home) {
    Path cache = Path.of(environment.getOrDefault("XDG_CACHE_HOME", ""));
    return (cache.isAbsolute() ? cache : Path.of(home, ".cache")).resolve("hangup");
  }

  /// Takes the folder's certificate; makes it if there is none.
  ///
  /// @throws IOException if that is not possible: names the folder and says why, in one line
  static Tls in(Path folder) throws IOException {
    try {
      return Tls.selfSigned(folder);
    } catch (IOException e) {
      throw new IOException(
          "cannot keep a certificate in " + folder + ": " + why(e) + " (--no-tls needs none)", e);
    }
  }

  private static String why(IOException failure) {
    return switch (failure) {
      case AccessDeniedException denied -> "no permission for " + denied.getFile();
      case FileSystemException odd when odd.getReason() == null -> odd.getFile() + " is in the way";
      default -> String.valueOf(failure.getMessage()).replaceAll("\\s*\\R\\s*", " ");
    };
  }
}
