package dev.hangup.client.apache;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.junit.jupiter.api.Test;

/// The code in the javadoc, run.
class SnippetsTest {
  @Test
  void classic() throws Exception {
    // @start region="classic"
    CloseableHttpClient client = CancellableHttpClient.wrap(HttpClients.createDefault());
    // @end
    assertThat(client).isInstanceOf(CancellableHttpClient.class);
    client.close();
  }

  @Test
  void async() throws Exception {
    // @start region="async"
    CloseableHttpAsyncClient client = CancellableHttpAsyncClient.build(HttpAsyncClients.custom());
    client.start();
    // @end
    assertThat(client).isInstanceOf(CancellableHttpAsyncClient.class);
    client.close();
  }
}
