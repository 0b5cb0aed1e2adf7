package dev.hangup.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Bodies stream through a proxy, no faster than the slower side takes them.
class ReverseProxyStreamTest {
  private static final long LARGE = 100L << 20;

  /// What the kernel's buffers and ours may hold between the two ends.
  private static final long BETWEEN = 40L << 20;

  private static final byte[] PART = new byte[64 << 10];

  static {
    new Random(1).nextBytes(PART);
  }

  private static Socket post(ProxyHarness proxy) throws IOException {
    Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.front.server.port());
    client.setSoTimeout(60_000);
    client
        .getOutputStream()
        .write(
            ("POST /proxy/a HTTP/1.1\r\nHost: t\r\nContent-Length: " + LARGE + "\r\n\r\n")
                .getBytes(US_ASCII));
    return client;
  }

  private static void pour(OutputStream to, AtomicLong count) {
    try {
      while (count.get() < LARGE) {
        to.write(PART);
        count.addAndGet(PART.length);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.read());
    }
    return head.toString();
  }

  private static void assertPoured(InputStream in) throws IOException {
    CRC32 expected = new CRC32();
    CRC32 came = new CRC32();
    for (long count = 0; count < LARGE; count += PART.length) {
      expected.update(PART);
      byte[] part = in.readNBytes(PART.length);
      assertThat(part).hasSameSizeAs(PART);
      came.update(part);
    }
    assertThat(came.getValue()).isEqualTo(expected.getValue());
  }

  @ParameterizedTest
  @EnumSource
  void largeBodiesPassBothWaysAtOnce(ProxyHarness.Spoken spoken) throws Exception {
    try (Harness upstream =
            ProxyHarness.upstream(
                (request, response) -> request.body().transferTo(response.stream("a/b", LARGE)));
        ProxyHarness proxy = ProxyHarness.to(upstream, spoken)) {
      long before = used();
      try (Socket client = post(proxy)) {
        OutputStream to = client.getOutputStream();
        Thread sender = Thread.ofVirtual().start(() -> pour(to, new AtomicLong()));
        InputStream in = client.getInputStream();
        assertThat(head(in)).startsWith("HTTP/1.1 200").contains("content-length: " + LARGE);
        assertPoured(in);
        sender.join();
      }
      proxy.awaitNothingIsLeft();
      assertThat(used() - before).isLessThan(60L << 20);
    }
  }

  @ParameterizedTest
  @EnumSource
  void slowReaderSlowsUpstream(ProxyHarness.Spoken spoken) throws Exception {
    AtomicLong written = new AtomicLong();
    try (Harness upstream =
            ProxyHarness.upstream((_, response) -> pour(response.stream("a/b", LARGE), written));
        ProxyHarness proxy = ProxyHarness.to(upstream, spoken);
        Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.front.server.port())) {
      client.getOutputStream().write(Harness.get("/proxy/a").getBytes(US_ASCII));
      InputStream in = client.getInputStream();
      assertThat(head(in)).startsWith("HTTP/1.1 200");
      awaitStandstill(written);
      assertPoured(in);
    }
  }

  @ParameterizedTest
  @EnumSource
  void slowUpstreamSlowsUploader(ProxyHarness.Spoken spoken) throws Exception {
    AtomicLong sent = new AtomicLong();
    Semaphore gate = new Semaphore(0);
    try (Harness upstream =
            ProxyHarness.upstream((request, response) -> {
              gate.acquire();
              assertPoured(request.body());
              response.text("all of it");
            });
        ProxyHarness proxy = ProxyHarness.to(upstream, spoken);
        Socket client = post(proxy)) {
      OutputStream to = client.getOutputStream();
      Thread sender = Thread.ofVirtual().start(() -> pour(to, sent));
      awaitStandstill(sent);
      gate.release();
      sender.join();
      assertThat(head(client.getInputStream())).startsWith("HTTP/1.1 200");
    }
  }

  /// Waits until nothing has moved for a while, and little has moved before.
  private static void awaitStandstill(AtomicLong count) {
    long[] last = {-1, System.nanoTime()};
    Harness.await(
        "it stands still",
        () -> {
          if (count.get() != last[0] || last[0] == 0) {
            last[0] = count.get();
            last[1] = System.nanoTime();
          }
          return System.nanoTime() - last[1] > 500_000_000;
        });
    assertThat(count.get()).isPositive().isLessThan(BETWEEN);
    assertThat(direct()).isLessThan(64L << 20);
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory() + direct();
  }

  private static long direct() {
    return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
  }
}
