package dev.hangup.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// A certificate for loopback, made once for each JVM, and clients' trust in it and in no other.
///
/// @param server of who has the certificate
/// @param client of who trusts it
/// @param trust the same trust, for clients that want it apart
record LoopbackTls(SSLContext server, SSLContext client, X509TrustManager trust) {
  private static final char[] PASSWORD = "loopback".toCharArray();

  static LoopbackTls get() {
    return Made.ONCE;
  }

  /// Made when it is first wanted: keytool takes its time.
  private static final class Made {
    static final LoopbackTls ONCE = make();
  }

  private static LoopbackTls make() {
    try {
      Path folder = Files.createTempDirectory("hangup-testkit");
      Path file = folder.resolve("loopback.p12");
      try {
        keytool(file);
        return of(KeyStore.getInstance(file.toFile(), PASSWORD));
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("no certificate for loopback", e);
    }
  }

  private static LoopbackTls of(KeyStore store) throws GeneralSecurityException, IOException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, PASSWORD);
    SSLContext server = SSLContext.getInstance("TLS");
    server.init(keys.getKeyManagers(), null, null);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("loopback", store.getCertificate("loopback"));
    TrustManagerFactory trusting = TrustManagerFactory.getInstance("PKIX");
    trusting.init(trusted);
    X509TrustManager trust = (X509TrustManager) trusting.getTrustManagers()[0];
    SSLContext client = SSLContext.getInstance("TLS");
    client.init(null, new TrustManager[] {trust}, null);
    return new LoopbackTls(server, client, trust);
  }

  private static void keytool(Path file) throws IOException {
    String options =
        "-genkeypair -alias loopback -keyalg EC -groupname secp256r1 -dname CN=localhost"
            + " -ext SAN=dns:localhost,ip:127.0.0.1 -storetype PKCS12 -storepass ";
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of((options + new String(PASSWORD)).split(" ")));
    command.addAll(List.of("-keystore", file.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException("keytool: " + said.strip());
    }
  }
}
