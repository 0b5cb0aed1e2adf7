package dev.hangup.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.testkit.RawClient;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.compression.BrotliDecoder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {
  private final Semaphore free = new Semaphore(0);

  private static final String TEXT = "What a client can read, it need not wait for.\n".repeat(100);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Logs logs = new Logs();
  private final Semaphore gate = new Semaphore(0);

  @AfterEach
  void stop() {
    client.close();
    logs.close();
  }

  private static HttpRequest request(Harness harness, String method, String accepted) {
    URI uri = URI.create("http://127.0.0.1:" + harness.server.port() + "/");
    return HttpRequest.newBuilder(uri)
        .method(method, BodyPublishers.noBody())
        .header("Accept-Encoding", accepted)
        .build();
  }

  private HttpResponse<byte[]> get(Harness harness, String accepted) throws Exception {
    return client.send(request(harness, "GET", accepted), BodyHandlers.ofByteArray());
  }

  private static String coding(HttpResponse<?> response) {
    return response.headers().firstValue("Content-Encoding").orElse("-");
  }

  private static String text(HttpResponse<byte[]> response) throws IOException {
    return switch (coding(response)) {
      case "gzip" -> Gzip.whole(response.body());
      case "br" -> {
        try (InputStream in = new BrotliInputStream(new ByteArrayInputStream(response.body()))) {
          yield new String(in.readAllBytes(), UTF_8);
        }
      }
      default -> new String(response.body(), UTF_8);
    };
  }

  @ParameterizedTest
  @CsvSource({"gzip,gzip", "'gzip, br',br", "identity,-"})
  void wholeTextIsCompressed(String accepted, String expected) throws Exception {
    try (Harness harness =
        Harness.start((_, response) -> response.header("ETag", "\"1\"").text(TEXT))) {
      HttpResponse<byte[]> response = get(harness, accepted);
      assertThat(coding(response)).isEqualTo(expected);
      assertThat(text(response)).isEqualTo(TEXT);
      assertThat(response.headers().firstValue("Vary")).contains("Accept-Encoding");
      assertThat(response.headers().firstValue("ETag"))
          .contains(expected.equals("-") ? "\"1\"" : "W/\"1\"");
      assertThat(response.headers().firstValueAsLong("Content-Length"))
          .hasValue(response.body().length);
      assertThat(harness.nextEntry().bytes()).isEqualTo(response.body().length);
      HttpResponse<?> head =
          client.send(request(harness, "HEAD", accepted), BodyHandlers.discarding());
      assertThat(without(head, "date")).isEqualTo(without(response, "date"));
    }
  }

  private static Object without(HttpResponse<?> response, String field) {
    Map<String, ?> fields = new java.util.TreeMap<>(response.headers().map());
    fields.remove(field);
    return fields;
  }

  private Handler twoWrites() {
    return (_, response) -> {
      OutputStream body = response.stream("text/plain");
      body.write("one".getBytes(UTF_8));
      gate.acquire();
      body.write("two".getBytes(UTF_8));
    };
  }

  @Test
  void eachWriteCanBeReadAtOnce() throws Exception {
    try (Harness harness = Harness.start(twoWrites())) {
      HttpResponse<InputStream> response =
          client.send(request(harness, "GET", "gzip"), BodyHandlers.ofInputStream());
      try (InputStream in = new GZIPInputStream(response.body())) {
        assertThat(new String(in.readNBytes(3), UTF_8)).isEqualTo("one");
        gate.release();
        assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo("two");
      }
    }
  }

  @Test
  void eachWriteOfBrotliCanBeReadAtOnce() throws Exception {
    try (Harness harness = Harness.start(twoWrites());
        Http2Peer peer = Http2Peer.connect(harness)) {
      int stream = peer.get("/", Map.of("accept-encoding", "br"));
      peer.awaitUntil(() -> brotli(peer.answer(stream).bytes()).equals("one"));
      gate.release();
      assertThat(brotli(peer.await(stream).bytes())).isEqualTo("onetwo");
    }
  }

  /// All that can be read of a body that need not be whole; brotli4j's own stream waits for more.
  private static String brotli(byte[] begun) {
    EmbeddedChannel decoder = new EmbeddedChannel(new BrotliDecoder());
    StringBuilder text = new StringBuilder();
    decoder.writeInbound(Unpooled.wrappedBuffer(begun));
    for (ByteBuf part = decoder.readInbound(); part != null; part = decoder.readInbound()) {
      text.append(part.toString(UTF_8));
      part.release();
    }
    decoder.finishAndReleaseAll();
    return text.toString();
  }

  @Test
  void lastPromisedByteEndsACompressedBody() throws Exception {
    BlockingQueue<Object> told = new LinkedBlockingQueue<>();
    byte[] bytes = TEXT.getBytes(UTF_8);
    Handler handler =
        (_, response) -> {
          Cancellation.current().onCancel(told::add);
          OutputStream body = response.stream("text/plain", bytes.length);
          body.write(bytes, 0, 1000);
          body.write(bytes, 1000, bytes.length - 1000);
          gate.acquire(); // who has all may leave
          body.close();
        };
    try (Harness harness = Harness.start(handler)) {
      try (HttpClient leaving = HttpClient.newHttpClient()) {
        HttpResponse<byte[]> response =
            leaving.send(request(harness, "GET", "gzip"), BodyHandlers.ofByteArray());
        assertThat(response.headers().firstValue("Content-Length")).isEmpty();
        assertThat(text(response)).isEqualTo(TEXT);
      }
      gate.release();
      AccessEntry entry = harness.nextEntry();
      assertThat(entry.reason()).isEmpty();
      assertThat(entry.bytes()).isBetween(50L, 1000L);
    }
    assertThat(told).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void bodyOfAnotherLengthThanPromisedIsCut(int more) throws Exception {
    byte[] bytes = TEXT.getBytes(UTF_8);
    Handler handler =
        (_, response) -> response.stream("text/plain", bytes.length - more).write(bytes);
    try (Harness harness = Harness.start(handler)) {
      assertThatExceptionOfType(IOException.class).isThrownBy(() -> get(harness, "gzip"));
    }
    assertThat(logs.alarmTexts()).singleElement().asString().contains("Content-Length");
  }

  @Test
  void http2AnswersAreCompressedToo() throws Exception {
    Handler handler =
        (request, response) -> {
          if (request.path().equals("/whole")) {
            response.json(TEXT);
          } else {
            response.stream("application/problem+json").write(TEXT.getBytes(UTF_8));
          }
        };
    try (Harness harness = Harness.start(handler);
        Http2Peer peer = Http2Peer.connect(harness)) {
      for (String path : new String[] {"/whole", "/stream"}) {
        int stream = peer.get(path, Map.of("accept-encoding", "gzip"));
        assertThat(Gzip.whole(peer.await(stream).bytes())).isEqualTo(TEXT);
        assertThat(harness.nextEntry().bytes()).isEqualTo(peer.answer(stream).length());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "text/html; charset=utf-8,gzip",
    "TEXT/CSS,gzip",
    "application/json,gzip",
    "application/ld+json,gzip",
    "image/svg+xml,gzip",
    "application/javascript,gzip",
    "application/x-ndjson,gzip",
    "application/wasm,gzip",
    "image/png,-",
    "application/octet-stream,-",
    "application/zip,-",
    "text/event-stream,-",
    "application/jsonx,-"
  })
  void onlyTextIsCompressed(String type, String expected) throws Exception {
    try (Harness harness =
        Harness.start((_, response) -> response.bytes(type, TEXT.getBytes(UTF_8)))) {
      HttpResponse<byte[]> response = get(harness, "gzip");
      assertThat(coding(response)).isEqualTo(expected);
      assertThat(response.headers().firstValue("Vary").isPresent())
          .isEqualTo(expected.equals("gzip"));
      assertThat(text(response)).isEqualTo(TEXT);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Content-Encoding,zstd",
    "Content-Range,bytes 0-4599/9999",
    "Cache-Control,'public, no-transform'",
    "Content-Digest,sha-256=:x=:",
    "Content-MD5,x"
  })
  void whatWasMadeForTheBytesAsTheyAreIsKept(String name, String value) throws Exception {
    try (Harness harness =
        Harness.start((_, response) -> response.header(name, value).text(TEXT))) {
      HttpResponse<byte[]> response = get(harness, "gzip");
      assertThat(response.headers().firstValue(name)).contains(value);
      assertThat(response.headers().firstValue("Vary")).isEmpty();
      assertThat(new String(response.body(), UTF_8)).isEqualTo(TEXT);
    }
  }

  @Test
  void partialContentIsKept() throws Exception {
    try (Harness harness = Harness.start((_, response) -> response.status(206).text(TEXT))) {
      assertThat(coding(get(harness, "gzip"))).isEqualTo("-");
    }
  }

  @Test
  void littleIsKept() throws Exception {
    try (Harness harness =
        Harness.start((_, response) -> response.stream("text/plain", 1023).write(new byte[1023]))) {
      HttpResponse<byte[]> response = get(harness, "gzip");
      assertThat(coding(response)).isEqualTo("-");
      assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(1023);
    }
  }

  @ParameterizedTest
  @CsvSource({"Origin,2", "'Origin, accept-encoding',1", "*,1"})
  void varyIsSaidOnce(String before, int fields) throws Exception {
    try (Harness harness =
        Harness.start((_, response) -> response.header("Vary", before).text(TEXT))) {
      assertThat(get(harness, "gzip").headers().allValues("Vary")).hasSize(fields).contains(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"W/\"1\"", "oddity"})
  void onlyAStrongTagIsWeakened(String tag) throws Exception {
    try (Harness harness =
        Harness.start((_, response) -> response.header("ETag", tag).text(TEXT))) {
      assertThat(get(harness, "gzip").headers().firstValue("ETag")).contains(tag);
    }
  }

  @Test
  void oldClientGetsTextAsItIs() throws Exception {
    try (Harness harness = Harness.start((_, response) -> response.text(TEXT))) {
      assertThat(harness.exchange("GET / HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n"))
          .endsWith(TEXT);
    }
  }

  @Test
  void compressionCanBeSwitchedOff() throws Exception {
    Handler handler =
        (_, response) -> response.events(o -> o.withCompression(true)).emit(TEXT.strip());
    try (Harness harness = Harness.start(handler, o -> o.withCompression(false))) {
      HttpResponse<byte[]> response = get(harness, "gzip");
      assertThat(coding(response)).isEqualTo("-");
      assertThat(response.headers().firstValue("Vary")).isEmpty();
    }
  }

  @Test
  void hangUpOfACompressedStreamIsTold() throws Exception {
    BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    Handler endless =
        (_, response) -> {
          OutputStream body = response.stream("text/plain");
          try {
            while (true) {
              body.write(TEXT.getBytes(UTF_8));
            }
          } catch (CancelledException e) {
            failures.add(e);
            throw e;
          }
        };
    try (Harness harness = Harness.start(endless)) {
      HttpResponse<InputStream> response =
          client.send(request(harness, "GET", "gzip"), BodyHandlers.ofInputStream());
      response.body().readNBytes(1000);
      response.body().close();
      assertThat(harness.nextEntry().reason().orElseThrow().isHangUp()).isTrue();
    }
    assertThat(failures).hasSize(1);
    assertThat(logs.alarmTexts()).isEmpty();
  }

  @Test
  void manyPartsComeOutAsTheyWentIn() throws Exception {
    byte[] noise = new byte[5 << 20];
    new java.util.Random(7).nextBytes(noise);
    Handler handler =
        (_, response) -> {
          OutputStream body = response.stream("text/plain", noise.length);
          body.write(noise, 0, 1);
          body.write(noise, 1, 100_000);
          body.write(noise, 100_001, noise.length - 100_001);
        };
    try (Harness harness = Harness.start(handler)) {
      byte[] body = get(harness, "gzip").body();
      try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
        assertThat(in.readAllBytes()).isEqualTo(noise);
      }
      assertThat(harness.nextEntry().bytes()).isEqualTo(body.length);
    }
  }

  /// What a failed write has put into the compressor is lost: no later write may make the answer
  /// look whole.
  @Test
  void answerWithAFailedWriteNeverLooksWhole() throws Exception {
    CompletableFuture<Object> failed = new CompletableFuture<>();
    byte[] noise = new byte[24 << 20];
    new java.util.Random(1).nextBytes(noise);
    Handler handler =
        (_, response) -> {
          Thread own = Thread.currentThread();
          OutputStream out = response.stream("text/plain", noise.length);
          Thread interrupter =
              Thread.ofVirtual()
                  .start(() -> {
                    Harness.pause(1_500);
                    own.interrupt();
                  });
          int done = 0;
          while (done < noise.length) {
            try {
              out.write(noise, done, 16 << 10);
              done += 16 << 10;
            } catch (java.io.InterruptedIOException e) {
              boolean interrupted = Thread.interrupted();
              failed.complete(interrupted);
              free.acquire(); // and tries again
            }
          }
          interrupter.join();
        };
    try (Harness harness = Harness.start(handler);
        RawClient client =
            harness
                .connect()
                .send(
                    "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAccept-Encoding: gzip\r\n\r\n")) {
      failed.get(30, TimeUnit.SECONDS);
      free.release();
      assertThat(client.readAll()).doesNotEndWith("0\r\n\r\n");
    }
  }
}
