package dev.hangup.lab;

import dev.hangup.server.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.Base64;

/// A certificate for `localhost` and its key in a folder, as any server reads them:
/// `certificate.pem`, `key.pem`, `both.pem`.
final class TlsFolder {
  private TlsFolder() {}

  static void make(Path folder) throws IOException {
    Files.createDirectories(folder);
    var _ = Tls.selfSigned(folder);
    char[] password = "hangup".toCharArray();
    try {
      KeyStore store = KeyStore.getInstance(folder.resolve("localhost.p12").toFile(), password);
      String certificate = pem("CERTIFICATE", store.getCertificate("localhost").getEncoded());
      String key = pem("PRIVATE KEY", store.getKey("localhost", password).getEncoded());
      Files.writeString(folder.resolve("certificate.pem"), certificate);
      Files.writeString(folder.resolve("key.pem"), key);
      Files.writeString(folder.resolve("both.pem"), certificate + key);
    } catch (GeneralSecurityException e) {
      throw new IOException("the self-signed certificate cannot be read", e);
    }
  }

  /// By which Chromium knows the certificate in a folder: its public key's SHA-256, in Base64.
  static String keyHash(Path folder) throws IOException {
    try (InputStream in = Files.newInputStream(folder.resolve("certificate.pem"))) {
      byte[] key =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(in)
              .getPublicKey()
              .getEncoded();
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
    } catch (GeneralSecurityException e) {
      throw new IOException("the self-signed certificate cannot be read", e);
    }
  }

  private static String pem(String what, byte[] bytes) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, lines.encodeToString(bytes), what);
  }
}
