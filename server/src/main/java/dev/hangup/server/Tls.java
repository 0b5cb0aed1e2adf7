package dev.hangup.server;

import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;

/// A server's certificate and key, and what follows from having them: TLS 1.2 and 1.3, HTTP/2 by
/// ALPN (RFC 7301) with HTTP/1.1 for those who do not know it, and the cipher suites that RFC 9113
/// §9.2.2 leaves.
///
/// [#reload()] reads the files again; connections that are open keep what they have. **Thread
/// safety**: for any thread.
public final class Tls {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final char[] SELF_SIGNED_PASSWORD = "hangup".toCharArray();

  private final Source source;
  private volatile Ready ready;

  private Tls(Source source) throws IOException {
    this.source = source;
    this.ready = read(source);
  }

  /// A certificate and its key in PEM files.
  ///
  /// @param certificateChain the server's certificate first, then those that vouch for it
  /// @param privateKey in PKCS#8, not encrypted
  /// @return the TLS of a server
  /// @throws IOException if a file cannot be read or is no such thing, the key is not the
  ///   certificate's, or that has expired: names the files
  public static Tls pem(Path certificateChain, Path privateKey) throws IOException {
    Objects.requireNonNull(certificateChain, "certificateChain");
    Objects.requireNonNull(privateKey, "privateKey");
    return new Tls(
        new Source(
            certificateChain + " and " + privateKey,
            () -> SslContextBuilder.forServer(certificateChain.toFile(), privateKey.toFile()),
            () -> PemKeys.read(certificateChain, privateKey)));
  }

  /// A certificate and its key in a keystore.
  ///
  /// @param file PKCS#12 or JKS
  /// @param password of the store and the key
  /// @return the TLS of a server
  /// @throws IOException if the file cannot be read, the password is wrong, or the certificate has
  ///   expired: names the file
  public static Tls keyStore(Path file, char[] password) throws IOException {
    char[] copy = password.clone();
    Reader<KeyManagerFactory> keys = () -> keys(file, copy);
    return new Tls(
        new Source(file.toString(), () -> SslContextBuilder.forServer(keys.read()), keys));
  }

  /// For development: a certificate for `localhost` that nobody vouches for, made by the JDK's
  /// keytool where the folder has none yet, valid for a year.
  ///
  /// @param folder where it is kept, and found again
  /// @return the TLS of a server
  /// @throws IOException if the folder cannot be written, or the JDK has no keytool
  public static Tls selfSigned(Path folder) throws IOException {
    Path file = folder.resolve("localhost.p12");
    if (!isUsable(file)) {
      Files.createDirectories(folder);
      Path unfinished = folder.resolve("localhost-" + ProcessHandle.current().pid() + ".tmp");
      Files.deleteIfExists(unfinished);
      makeKeyStore(unfinished);
      unfinished.toFile().setReadable(false, false);
      unfinished.toFile().setReadable(true, true);
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    return keyStore(file, SELF_SIGNED_PASSWORD);
  }

  /// Reads the certificate and key again. What cannot be used changes nothing.
  ///
  /// @throws IOException as when this was made
  public void reload() throws IOException {
    ready = read(source);
  }

  SslContext context() {
    return ready.context();
  }

  /// Of the same files, for who does TLS in another way.
  KeyManagerFactory keys() {
    return ready.keys();
  }

  private static Ready read(Source source) throws IOException {
    try {
      SslContext context =
          source
              .reader()
              .read()
              .protocols(PROTOCOLS)
              .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
              .applicationProtocolConfig(
                  new ApplicationProtocolConfig(
                      Protocol.ALPN,
                      SelectorFailureBehavior.NO_ADVERTISE,
                      SelectedListenerFailureBehavior.ACCEPT,
                      ApplicationProtocolNames.HTTP_2,
                      ApplicationProtocolNames.HTTP_1_1))
              .build();
      TlsTrial.run(context);
      return new Ready(context, source.keys().read());
    } catch (GeneralSecurityException | IllegalArgumentException | IOException e) {
      throw new IOException(
          "TLS: " + source.name() + " (expected: a certificate and its key): " + e.getMessage(), e);
    }
  }

  private static KeyManagerFactory keys(Path file, char[] password)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password);
    }
    if (!hasKey(store)) {
      throw new IOException("the keystore has no key");
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
    return keys;
  }

  private static boolean hasKey(KeyStore store) throws GeneralSecurityException {
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        return true;
      }
    }
    return false;
  }

  /// Whether the file is there, whole, and good for another day.
  private static boolean isUsable(Path file) {
    Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, SELF_SIGNED_PASSWORD);
      return store.getCertificate("localhost") instanceof X509Certificate certificate
          && certificate.getNotAfter().toInstant().isAfter(tomorrow);
    } catch (GeneralSecurityException | IOException e) {
      return false; // it is made anew
    }
  }

  private static void makeKeyStore(Path file) throws IOException {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    String[] command = {
      keytool,
      "-genkeypair",
      "-alias",
      "localhost",
      "-keyalg",
      "EC",
      "-groupname",
      "secp256r1",
      "-dname",
      "CN=localhost",
      "-ext",
      "SAN=dns:localhost,ip:127.0.0.1,ip:0:0:0:0:0:0:0:1",
      "-validity",
      "365",
      "-storetype",
      "PKCS12",
      "-keystore",
      file.toString(),
      "-storepass",
      new String(SELF_SIGNED_PASSWORD)
    };
    Process process = new ProcessBuilder(Arrays.asList(command)).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException("keytool: " + said.strip());
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while keytool made a certificate", e);
    }
  }

  @FunctionalInterface
  private interface Reader<T> {
    T read() throws GeneralSecurityException, IOException;
  }

  private record Source(
      String name, Reader<SslContextBuilder> reader, Reader<KeyManagerFactory> keys) {}

  private record Ready(SslContext context, KeyManagerFactory keys) {}
}
