package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.RawHttp2Client;
import dev.hangup.testkit.RawHttp2Client.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/// The packaged demo, told to end in the middle of its work: what can be finished is, and whoever
/// is not answered is told why.
class TerminationIT {
  private static final String SHORT = "/work?steps=1&ms=5";
  private static final String LONG = "/work?steps=2&ms=300"; // within the demo's two seconds
  private static final String ENDLESS = "/work?steps=600&ms=100";

  /// Beyond the drain: the grace and a second for what is cancelled, and a slow machine.
  private static final Duration MOST = Duration.ofSeconds(2 + 28);

  /// Who asks so long after its last answer may find its connection closed.
  private static final Duration ON_ITS_WAY = Duration.ofMillis(250);

  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger untaken = new AtomicInteger();
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private DemoProcess demo;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    demo = DemoProcess.start(folder);
  }

  @AfterEach
  void stop() throws Exception {
    clients.shutdownNow();
    demo.stop();
  }

  @Test
  void terminatedUnderLoadAnswersAllOrSaysWhy(TestReporter reporter) throws Exception {
    List<Callable<?>> load = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      load.add(() -> oneAfterTheOther(SHORT));
      load.add(() -> oneAfterTheOther(LONG));
    }
    for (int i = 0; i < 3; i++) {
      load.add(() -> oneAfterTheOther(ENDLESS));
      load.add(this::streams);
      load.add(this::newConnections);
    }
    List<Future<?>> running = new ArrayList<>();
    load.forEach(client -> running.add(clients.submit(client)));
    Poll.until(answered::get, count -> count > 300);

    long told = System.nanoTime();
    int status = demo.terminate();
    Duration took = Duration.ofNanos(System.nanoTime() - told);

    for (Future<?> client : running) {
      client.get(30, TimeUnit.SECONDS); // none was cut, none had no answer
    }
    reporter.publishEntry(
        "terminated in " + took.toMillis() + " ms",
        answered + " answered, " + refused + " refused, " + untaken + " not taken");
    assertThat(status).isEqualTo(143);
    assertThat(took).isLessThan(MOST);
    assertThat(refused).hasValueGreaterThanOrEqualTo(6); // the endless ones
    assertTold();
  }

  /// What the server says of it is what the clients have seen.
  private void assertTold() throws Exception {
    List<String> log = demo.err().all().stream().filter(l -> l.contains("/work?")).toList();
    assertThat(log).allMatch(line -> line.matches(".*\" (200|503) .*"));
    assertThat(log).filteredOn(line -> line.contains("\" 200 ")).hasSize(answered.get());
    assertThat(log).filteredOn(line -> line.contains("\" 503 ")).hasSize(refused.get());
    assertThat(log)
        .filteredOn(line -> line.contains(ENDLESS))
        .hasSize(6)
        .allMatch(line -> line.contains("\" 503 ") && line.endsWith(" server_stopping"));
    assertThat(log)
        .filteredOn(line -> line.contains(LONG) || line.contains(SHORT))
        .noneMatch(line -> line.endsWith(" server_stopping")); // they had the time
    assertThat(demo.trace())
        .filteredOn(event -> event.event().equals("stopped"))
        .hasSize(6)
        .allMatch(event -> event.reason().equals("server_stopping"));
  }

  private RawClient connect() throws IOException {
    return RawClient.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), demo.port()));
  }

  private void count(boolean fine, String answer) {
    assertThat(answer).contains(fine ? "Task completed successfully" : "503 Service Unavailable");
    (fine ? answered : refused).incrementAndGet();
  }

  /// On one connection, until it is told that no request may follow.
  private Void oneAfterTheOther(String target) throws IOException {
    try (RawClient client = connect()) {
      String answer = "";
      while (!answer.toLowerCase(Locale.ROOT).contains("connection: close\r\n")) {
        long idleSince = System.nanoTime();
        answer = ask(client, target);
        if (answer.isEmpty() && System.nanoTime() - idleSince > ON_ITS_WAY.toNanos()) {
          untaken.incrementAndGet();
          return null;
        }
        count(answer.startsWith("HTTP/1.1 200 "), answer);
      }
      assertThat(client.readAll()).isEmpty();
    }
    return null;
  }

  /// Returns nothing where the connection was closed meanwhile.
  private static String ask(RawClient client, String target) throws IOException {
    try {
      return client.request("GET", target).readResponse();
    } catch (SocketException closed) {
      return "";
    }
  }

  /// Each on a connection of its own, until there is nobody to connect to. A connection that the
  /// kernel had made and the server not yet taken when it stopped to listen is reset by the kernel;
  /// the server knows nothing of it, as the log must show.
  private Void newConnections() throws IOException {
    while (true) {
      try (RawClient client = connect()) {
        String answer = client.request("GET", SHORT).readResponse();
        count(answer.startsWith("HTTP/1.1 200 "), answer);
      } catch (ConnectException gone) {
        return null;
      } catch (SocketException reset) {
        untaken.incrementAndGet();
      }
    }
  }

  /// Ten short ones and an endless one at once over HTTP/2, until GOAWAY.
  private Void streams() throws IOException {
    try (RawClient transport = connect();
        RawHttp2Client client = RawHttp2Client.over(transport)) {
      Set<Integer> open = new HashSet<>();
      Set<Integer> fine = new HashSet<>();
      open.add(client.request("GET", ENDLESS, true));
      for (int i = 0; i < 10; i++) {
        open.add(client.request("GET", SHORT, true));
      }
      boolean goingAway = false;
      while (!open.isEmpty()) {
        Frame frame = client.read();
        boolean ended = (frame.flags() & RawHttp2Client.END_STREAM) != 0;
        switch (frame.type()) {
          case RawHttp2Client.HEADERS -> addIfFine(fine, frame);
          case RawHttp2Client.DATA -> {
            if (ended) {
              String body = StandardCharsets.US_ASCII.decode(frame.payload()).toString();
              count(fine.contains(frame.stream()), body);
              open.remove(frame.stream());
              if (!goingAway) {
                open.add(client.request("GET", SHORT, true));
              }
            }
          }
          case RawHttp2Client.GOAWAY -> {
            goingAway = true;
            int last = frame.payload().getInt(0);
            open.removeIf(stream -> stream > last); // asked too late: it is not taken
          }
          case RawHttp2Client.RST_STREAM -> throw new AssertionError("reset: " + frame);
          default -> {} // settings, windows, pings
        }
      }
      assertThat(goingAway).isTrue();
      awaitEnd(client);
    }
    return null;
  }

  /// RFC 7541, appendix A: index 8 is `:status: 200`, and comes first.
  private static void addIfFine(Set<Integer> fine, Frame head) {
    if (head.payload().get(0) == (byte) 0x88) {
      fine.add(head.stream());
    }
  }

  private static void awaitEnd(RawHttp2Client client) throws IOException {
    try {
      while (true) {
        assertThat(client.read().type()).isNotEqualTo(RawHttp2Client.RST_STREAM);
      }
    } catch (EOFException end) {
      // in good order
    }
  }
}
