package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
  void whatIsNoCertificateIsNamed(@TempDir Path folder) throws Exception {
    Path odd = Files.writeString(folder.resolve("localhost.p12"), "odd");

    assertThatIOException()
        .isThrownBy(() -> Certificate.in(folder))
        .withMessageContaining(odd.toString());
  }
}
