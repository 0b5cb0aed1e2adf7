package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateTest {
  @Test
  void isKeptAmongTheUsersCaches() {
    assertThat(Certificate.folder(Map.of("XDG_CACHE_HOME", "/var/tmp/me"), "/home/me"))
        .isEqualTo(Path.of("/var/tmp/me/hangup"));
    assertThat(Certificate.folder(Map.of(), "/home/me"))
        .isEqualTo(Path.of("/home/me/.cache/hangup"));
  }

  @Test
  void cacheThatIsNotAbsoluteIsIgnored() {
    assertThat(Certificate.folder(Map.of("XDG_CACHE_HOME", "cache"), "/home/me"))
        .isEqualTo(Path.of("/home/me/.cache/hangup"));
    assertThat(Certificate.folder(Map.of("XDG_CACHE_HOME", ""), "/home/me"))
        .isEqualTo(Path.of("/home/me/.cache/hangup"));
  }

  @Test
  void fileInTheWayIsNamed(@TempDir Path folder) throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatIOException()
        .isThrownBy(() -> Certificate.in(file.resolve("hangup")))
        .withMessageContaining("cannot keep a certificate in " + file.resolve("hangup") + ": ")
        .withMessageNotContaining("null");
    assertThatIOException()
        .isThrownBy(() -> Certificate.in(file))
        .withMessageContaining(file + " is in the way");
  }

  @Test
  void whatIsNoCertificateIsMadeAnewAndThenKept(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("localhost.p12"), "cut short by a crash");
    Certificate.in(folder);
    byte[] made = Files.readAllBytes(file);
    assertThat(made).hasSizeGreaterThan(500);

    Certificate.in(folder);
    assertThat(Files.readAllBytes(file)).isEqualTo(made);
    assertThat(Files.getPosixFilePermissions(file)).doesNotContain(PosixFilePermission.OTHERS_READ);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }
}
