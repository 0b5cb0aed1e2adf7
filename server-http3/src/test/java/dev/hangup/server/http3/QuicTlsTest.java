package dev.hangup.server.http3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.server.Tls;
import io.netty.handler.codec.quic.QuicSslContext;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import org.junit.jupiter.api.Test;

class QuicTlsTest {
  @Test
  void keysThatCannotBeUsedAreTriedOnce() throws Exception {
    List<Exception> refused = new ArrayList<>();
    AtomicReference<KeyManagerFactory> keys = new AtomicReference<>(keys());
    QuicTls tls = new QuicTls(keys::get, refused::add);
    QuicSslContext first = tls.context();
    keys.set(KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm())); // without any

    assertThat(tls.context()).isSameAs(first);
    assertThat(tls.context()).isSameAs(first);
    assertThat(refused).hasSize(1);

    keys.set(keys());
    assertThat(tls.context()).isNotSameAs(first);
    assertThat(refused).hasSize(1);
  }

  static KeyManagerFactory keys() throws Exception {
    Path folder = Path.of("target", "tls");
    var _ = Tls.selfSigned(folder);
    char[] password = "hangup".toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("localhost.p12"))) {
      store.load(in, password);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
    return keys;
  }
}
