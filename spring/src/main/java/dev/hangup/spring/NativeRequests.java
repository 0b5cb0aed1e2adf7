package dev.hangup.spring;

import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.util.ClassUtils;

/// Puts our adapter of an HTTP client into Spring's factory of requests, where it is on the class
/// path.
///
/// The JDK's, because Spring's own requests leave open a response whose head comes at the moment of
/// the interrupt. Apache's, because it does not hear of an interrupt on a platform thread.
final class NativeRequests {
  private static final System.Logger LOG = System.getLogger("dev.hangup.spring");
  private static final boolean JDK = isPresent("dev.hangup.client.jdk.CancellableHttpClient");
  private static final boolean APACHE = isPresent("dev.hangup.client.apache.CancellableHttpClient");

  private NativeRequests() {}

  private static boolean isPresent(String adapter) {
    return ClassUtils.isPresent(adapter, NativeRequests.class.getClassLoader());
  }

  /// The factory whose client is ours.
  ///
  /// @return null if there is no adapter for its client
  static @Nullable ClientHttpRequestFactory of(ClientHttpRequestFactory requests) {
    ClientHttpRequestFactory adapted = JDK ? Jdk.of(requests) : null;
    return adapted == null && APACHE ? Apache.of(requests) : adapted;
  }

  /// Apart, for it is only loaded where the adapter is.
  private static final class Jdk {
    /// Spring's factory has no getters: its fields are read, and a copy is made.
    static @Nullable ClientHttpRequestFactory of(ClientHttpRequestFactory requests) {
      if (requests.getClass() != JdkClientHttpRequestFactory.class) {
        return null;
      }
      try {
        JdkClientHttpRequestFactory adapted =
            new JdkClientHttpRequestFactory(
                dev.hangup.client.jdk.CancellableHttpClient.wrap(
                    value(requests, "httpClient", HttpClient.class)),
                value(requests, "executor", Executor.class));
        Duration timeout = value(requests, "readTimeout", Duration.class);
        if (timeout != null) {
          adapted.setReadTimeout(timeout);
        }
        adapted.enableCompression(value(requests, "compression", Boolean.class));
        return adapted;
      } catch (ReflectiveOperationException | RuntimeException e) {
        LOG.log(Level.INFO, "Spring's requests are not as known: they are only interrupted", e);
        return null;
      }
    }

    @SuppressWarnings("NullAway") // the time-out alone may be null
    private static <T> T value(ClientHttpRequestFactory requests, String name, Class<T> type)
        throws ReflectiveOperationException {
      Field field = JdkClientHttpRequestFactory.class.getDeclaredField(name);
      field.setAccessible(true);
      return type.cast(field.get(requests));
    }
  }

  /// Apart, for it is only loaded where the adapter is.
  private static final class Apache {
    static @Nullable ClientHttpRequestFactory of(ClientHttpRequestFactory requests) {
      if (requests instanceof HttpComponentsClientHttpRequestFactory apache
          && apache.getHttpClient() instanceof CloseableHttpClient client) {
        apache.setHttpClient(dev.hangup.client.apache.CancellableHttpClient.wrap(client));
        return apache;
      }
      return null;
    }
  }
}
