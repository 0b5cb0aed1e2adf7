package dev.hangup.client.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.jetty.client.HttpClient;
import org.junit.jupiter.api.Test;

/// The code in the javadoc, run.
class SnippetsTest {
  @Test
  void wrap() throws Exception {
    // @start region="wrap"
    HttpClient client = CancellableHttpClient.wrap(new HttpClient());
    client.start();
    // @end
    assertThat(client.isStarted()).isTrue();
    client.stop();
  }
}
