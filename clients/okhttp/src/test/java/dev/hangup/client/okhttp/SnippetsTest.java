package dev.hangup.client.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

/// The code in the javadoc, run.
class SnippetsTest {
  @Test
  void wrap() {
    // @start region="wrap"
    OkHttpClient client = CancellableOkHttp.wrap(new OkHttpClient());
    // @end
    assertThat(CancellableOkHttp.wrap(client).interceptors()).hasSize(1);
  }
}
