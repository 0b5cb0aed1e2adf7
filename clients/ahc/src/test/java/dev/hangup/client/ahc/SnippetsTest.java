package dev.hangup.client.ahc;

import static org.assertj.core.api.Assertions.assertThat;

import org.asynchttpclient.AsyncHttpClient;
import org.asynchttpclient.Dsl;
import org.junit.jupiter.api.Test;

/// The code in the javadoc, run.
class SnippetsTest {
  @Test
  void wrap() throws Exception {
    // @start region="wrap"
    AsyncHttpClient client = CancellableAsyncHttpClient.wrap(Dsl.asyncHttpClient());
    // @end
    assertThat(client.isClosed()).isFalse();
    client.close();
  }
}
