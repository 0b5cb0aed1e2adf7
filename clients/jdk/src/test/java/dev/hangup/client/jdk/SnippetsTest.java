package dev.hangup.client.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import org.junit.jupiter.api.Test;

/// The code in the javadoc, run.
class SnippetsTest {
  @Test
  void wrap() {
    // @start region="wrap"
    HttpClient client = CancellableHttpClient.wrap(HttpClient.newHttpClient());
    // @end
    assertThat(CancellableHttpClient.wrap(client)).isSameAs(client);
    client.close();
  }
}
