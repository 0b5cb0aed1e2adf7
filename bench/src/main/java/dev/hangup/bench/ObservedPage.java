package dev.hangup.bench;

import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A live page that is open, and takes all that it is sent. For any thread.
final class ObservedPage implements AutoCloseable {
  private static final Pattern MADE = Pattern.compile("\"now\":(\\d+)");

  private final @Nullable RawClient client;

  // Guarded by this
  private final List<Long> ages = new ArrayList<>();
  private long since = System.nanoTime();

  private ObservedPage(@Nullable RawClient client) {
    this.client = client;
  }

  static ObservedPage none() {
    return new ObservedPage(null);
  }

  /// Opens one, by its feed.
  static ObservedPage open(InetSocketAddress server) throws IOException {
    RawClient client = RawClient.connect(server);
    client.send(
        "GET /hangup/feed HTTP/1.1\r\nHost: localhost:%d\r\n\r\n".formatted(server.getPort()));
    String head = client.readHead();
    if (!head.startsWith("HTTP/1.1 200 ")) {
      throw new IOException("the live page: " + head.lines().findFirst().orElse("nothing"));
    }
    ObservedPage page = new ObservedPage(client);
    Thread.ofPlatform().daemon().name("live page").start(() -> page.read(client));
    return page;
  }

  private void read(RawClient feed) {
    try {
      while (true) {
        Matcher made = MADE.matcher(feed.readLine());
        if (made.find()) {
          long age = System.currentTimeMillis() - Long.parseLong(made.group(1));
          synchronized (this) {
            ages.add(age * 1_000_000);
          }
        }
      }
    } catch (IOException e) {
      // closed
    }
  }

  /// What was received by now does not count.
  synchronized void forget() {
    ages.clear();
    since = System.nanoTime();
  }

  /// How many events there were a second, and how old they were when they were received.
  synchronized String summary() {
    double seconds = (System.nanoTime() - since) / 1e9;
    return client == null
        ? "–"
        : String.format(Locale.ROOT, "%.1f, %s", ages.size() / seconds, ObserveCrowd.millis(ages));
  }

  @Override
  public void close() throws IOException {
    if (client != null) {
      client.close();
    }
  }
}
