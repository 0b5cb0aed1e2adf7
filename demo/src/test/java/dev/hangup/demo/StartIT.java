package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.server.Server;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How the packaged demo starts, or says why it does not.
class StartIT {
  private static final int CANNOT_START = 1;

  @TempDir private Path folder;

  @Test
  void tlsPortInUseIsNamed() throws Exception {
    try (Server first = Server.start((_, _) -> {}, options -> options.withPort(0))) {
      String port = String.valueOf(first.port());

      assertThat(refusal(DemoProcess.cache(), "--port", "0", "--tls-port", port))
          .contains("cannot listen on 127.0.0.1:" + port, "in use")
          .hasLineCount(1);
    }
  }

  @Test
  void cacheThatCannotBeWrittenIsNamed() throws Exception {
    Path inTheWay = Files.createFile(folder.resolve("hangup"));

    assertThat(refusal(folder, "--port", "0", "--tls-port", "0"))
        .contains("cannot keep a certificate in " + inTheWay + ": ", "--no-tls")
        .hasLineCount(1);
  }

  private static String refusal(Path cache, String... arguments) throws Exception {
    Process process = DemoProcess.command(cache, arguments).start();
    String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(CANNOT_START);
    return said;
  }

  @Test
  void withoutTlsNeedsNoCertificate() throws Exception {
    Process process = DemoProcess.command(folder, "--port", "0", "--no-tls").start();
    Lines out = Lines.of(process.getInputStream());
    try {
      out.awaitPrefix("Then hang up");

      assertThat(out.soFar()).hasSize(4).noneMatch(line -> line.contains("https:"));
      assertThat(folder).isEmptyDirectory();
    } finally {
      process.destroy();
    }
  }

  @Test
  void certificateIsMadeOnce() throws Exception {
    byte[] made = startAndReadCertificate();

    assertThat(startAndReadCertificate()).isEqualTo(made);
  }

  private byte[] startAndReadCertificate() throws Exception {
    Process process = DemoProcess.command(folder, "--port", "0", "--tls-port", "0").start();
    try {
      Lines.of(process.getInputStream()).awaitPrefix("and on https://127.0.0.1:");
      return Files.readAllBytes(folder.resolve("hangup/localhost.p12"));
    } finally {
      process.destroy();
    }
  }
}
