package dev.hangup.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The Go on the path.
final class Go {
  private Go() {}

  /// Its version; null if it is not installed.
  static @Nullable String version() {
    try {
      Process asked = new ProcessBuilder("go", "version").start();
      String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return asked.waitFor() == 0 ? said.strip() : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /// Builds a program of ours, in the folder. Without a module of others there is no HTTP/2 but
  /// over TLS.
  static Path build(String name, Path folder) throws IOException, InterruptedException {
    Path source = folder.resolve(name + ".go");
    try (InputStream in = Main.class.getResourceAsStream("/go/" + name + "/main.go")) {
      Files.copy(Objects.requireNonNull(in), source, StandardCopyOption.REPLACE_EXISTING);
    }
    Path program = folder.resolve(name);
    ProcessBuilder build =
        new ProcessBuilder("go", "build", "-o", program.toString(), source.toString()).inheritIO();
    build.environment().put("GO111MODULE", "off");
    build.environment().put("GOFLAGS", "");
    build.environment().put("GOCACHE", folder.resolve("go-cache").toString());
    if (build.start().waitFor() != 0) {
      throw new IOException("go build failed");
    }
    return program;
  }
}
