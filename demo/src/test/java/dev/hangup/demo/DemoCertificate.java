package dev.hangup.demo;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The certificate that the demos of the tests have made, for clients that trust it and for proxies
/// that show it.
final class DemoCertificate {
  private static final String NAME = "localhost";
  private static final char[] PASSWORD = "hangup".toCharArray();

  private DemoCertificate() {}

  /// Trusts this certificate and no other.
  static SSLContext trusted() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(NAME, made().getCertificate(NAME));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /// By which a browser is told to take it.
  static String keyHash() throws Exception {
    byte[] key = made().getCertificate(NAME).getPublicKey().getEncoded();
    return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
  }

  /// Writes certificate and key, which nginx and HAProxy take from one file.
  static Path pem(Path folder) throws Exception {
    KeyStore made = made();
    String text =
        block("CERTIFICATE", made.getCertificate(NAME).getEncoded())
            + block("PRIVATE KEY", made.getKey(NAME, PASSWORD).getEncoded());
    return Files.writeString(folder.resolve("localhost.pem"), text);
  }

  private static String block(String label, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
  }

  private static KeyStore made() throws Exception {
    KeyStore made = KeyStore.getInstance("PKCS12");
    try (InputStream in =
        Files.newInputStream(DemoProcess.cache().resolve("hangup/localhost.p12"))) {
      made.load(in, PASSWORD);
    }
    return made;
  }
}
