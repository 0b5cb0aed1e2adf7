package dev.hangup.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hangup.testkit.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Forms as clients send them.
final class Forms {
  static final String URL_ENCODED = "application/x-www-form-urlencoded";
  static final String MULTIPART = "multipart/form-data; boundary=xYz";

  private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

  private Forms() {}

  static Forms multipart() {
    return new Forms();
  }

  Forms field(String name, String value) {
    return part("form-data; name=\"" + name + "\"", value.getBytes(UTF_8));
  }

  Forms file(String name, String fileName, byte[] content) {
    return part(
        "form-data; name=\"" + name + "\"; filename=\"" + fileName + "\"\r\nContent-Type: a/b",
        content);
  }

  Forms part(String disposition, byte[] content) {
    parts.writeBytes(("--xYz\r\nContent-Disposition: " + disposition + "\r\n\r\n").getBytes(UTF_8));
    parts.writeBytes(content);
    parts.writeBytes("\r\n".getBytes(UTF_8));
    return this;
  }

  /// Without the last boundary.
  byte[] begun() {
    return parts.toByteArray();
  }

  byte[] whole() {
    parts.writeBytes("--xYz--\r\n".getBytes(UTF_8));
    return parts.toByteArray();
  }

  /// How a form is sent.
  enum Protocol {
    HTTP1,
    CHUNKED,
    HTTP2
  }

  /// The answer's status and body.
  record Answer(int status, String body) {}

  static Answer send(Harness harness, Protocol protocol, String type, byte[] body)
      throws IOException {
    return switch (protocol) {
      case HTTP1 -> over1(harness, type, "Content-Length: " + body.length, body);
      case CHUNKED -> over1(harness, type, "Transfer-Encoding: chunked", bytewise(body));
      case HTTP2 -> over2(harness, type, body);
    };
  }

  private static Answer over1(Harness harness, String type, String framing, byte[] body)
      throws IOException {
    try (RawClient client = harness.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n");
      client.send("Content-Type: " + type + "\r\n" + framing + "\r\n\r\n").send(body);
      String answer = client.readAll();
      int end = answer.indexOf("\r\n\r\n") + 4;
      return new Answer(Integer.parseInt(answer.substring(9, 12)), answer.substring(end));
    }
  }

  private static byte[] bytewise(byte[] body) {
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    for (byte one : body) {
      chunks.writeBytes("1\r\n".getBytes(ISO_8859_1));
      chunks.write(one);
      chunks.writeBytes("\r\n".getBytes(ISO_8859_1));
    }
    chunks.writeBytes("0\r\n\r\n".getBytes(ISO_8859_1));
    return chunks.toByteArray();
  }

  private static Answer over2(Harness harness, String type, byte[] body) throws IOException {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      int stream = begin(peer, type);
      for (int from = 0; from < body.length; from += 16_000) {
        int to = Math.min(body.length, from + 16_000);
        peer.awaitUntil(() -> peer.answer(stream).isDecided() || to <= peer.window(stream));
        if (!peer.answer(stream).isDecided()) {
          peer.data(stream, java.util.Arrays.copyOfRange(body, from, to), false);
        }
      }
      peer.data(stream, new byte[0], true);
      Http2Peer.Answer answer = peer.await(stream);
      return new Answer(answer.status(), answer.body());
    }
  }

  static int begin(Http2Peer peer, String type) throws IOException {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put(":method", "POST");
    fields.put(":scheme", "http");
    fields.put(":authority", "test");
    fields.put(":path", "/");
    fields.put("content-type", type);
    return peer.client.request(fields, false);
  }

  /// The temporary files that this process has now.
  static List<Path> temporaryFiles() {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(TemporaryFiles.PREFIX))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
