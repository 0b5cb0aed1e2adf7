package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Certificates that are not good any more, or not yet.
class TlsDatesTest {
  private static final char[] PASSWORD = "password".toCharArray();

  @TempDir Path folder;

  /// A certificate that is good for two days.
  private Path store(String from) throws Exception {
    Path file = folder.resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-startdate",
                from,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"-9d", "+9d"})
  void certificateThatIsNotGoodNowIsRefusedByName(String from) throws Exception {
    Path file = store(from);
    assertThatIOException()
        .isThrownBy(() -> Tls.keyStore(file, PASSWORD))
        .withMessageStartingWith(
            "TLS: "
                + file
                + " (expected: a certificate and its key): the certificate is good from ")
        .withMessageMatching(".* \\S+Z to \\S+Z only");
  }

  @Test
  void reloadOfAnExpiredOneChangesNothing() throws Exception {
    Path file = store("-1d");
    Tls tls = Tls.keyStore(file, PASSWORD);
    Path good = Files.move(file, folder.resolve("good.p12"));
    store("-9d");
    Object before = tls.context();
    assertThatIOException().isThrownBy(tls::reload);
    assertThat(tls.context()).isSameAs(before);
    Files.move(good, file, StandardCopyOption.REPLACE_EXISTING);
    tls.reload();
    assertThat(tls.context()).isNotSameAs(before);
  }
}
