package dev.hangup.bench;

import dev.hangup.server.Tls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/// A certificate for `localhost` and its key, as any server reads them.
record PemFiles(Path certificate, Path key) {

  static PemFiles selfSigned(Path folder) throws IOException {
    var _ = Tls.selfSigned(folder);
    char[] password = "hangup".toCharArray();
    try {
      KeyStore store = KeyStore.getInstance(folder.resolve("localhost.p12").toFile(), password);
      byte[] certificate = store.getCertificate("localhost").getEncoded();
      byte[] key = store.getKey("localhost", password).getEncoded();
      return new PemFiles(
          write(folder.resolve("certificate.pem"), "CERTIFICATE", certificate),
          write(folder.resolve("key.pem"), "PRIVATE KEY", key));
    } catch (GeneralSecurityException e) {
      throw new IOException("the self-signed certificate cannot be read", e);
    }
  }

  private static Path write(Path file, String what, byte[] bytes) throws IOException {
    Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    String text = lines.encodeToString(bytes);
    return Files.writeString(
        file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
  }
}
