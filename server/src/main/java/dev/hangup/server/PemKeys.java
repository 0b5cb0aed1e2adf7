package dev.hangup.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;

/// A certificate and its key from PEM files, as the JDK's TLS wants them: RFC 7468.
final class PemKeys {
  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----");
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS", "DSA");
  private static final char[] NO_PASSWORD = {};

  private PemKeys() {}

  static KeyManagerFactory read(Path certificateChain, Path privateKey)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    store.setKeyEntry("server", key(privateKey), NO_PASSWORD, chain(certificateChain));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, NO_PASSWORD);
    return keys;
  }

  /// The certificates alone: a file may hold more, the key too, or words for people.
  private static Certificate[] chain(Path file) throws GeneralSecurityException, IOException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<Certificate> chain = new ArrayList<>();
    Matcher text = CERTIFICATE.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    while (text.find()) {
      byte[] encoded = Base64.getMimeDecoder().decode(text.group(1));
      chain.add(factory.generateCertificate(new ByteArrayInputStream(encoded)));
    }
    return chain.toArray(Certificate[]::new);
  }

  private static PrivateKey key(Path file) throws GeneralSecurityException, IOException {
    Matcher text = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    if (!text.find()) {
      throw new IOException(file + " has no key in PKCS#8 that is not encrypted");
    }
    PKCS8EncodedKeySpec encoded =
        new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(text.group(1)));
    InvalidKeySpecException unknown =
        new InvalidKeySpecException(file + " has a key of an unknown kind");
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (InvalidKeySpecException another) {
        unknown.addSuppressed(another);
      }
    }
    throw unknown;
  }
}
