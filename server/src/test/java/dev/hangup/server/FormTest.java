package dev.hangup.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hangup.server.Forms.Answer;
import dev.hangup.server.Forms.Protocol;
import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.Tools;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Forms that arrive whole, and what is no form.
class FormTest {
  @TempDir private Path folder;

  private final Logs logs = new Logs();
  private final BlockingQueue<Throwable> wrong = new LinkedBlockingQueue<>();
  private volatile Handler handler = (request, response) -> request.form();
  private Harness harness;

  @BeforeEach
  void start() throws IOException {
    harness =
        Harness.start(
            (request, response) -> handler.handle(request, response),
            o -> o.withMaxBodyBytes(64 << 20));
  }

  @AfterEach
  void stop() {
    harness.close();
    logs.close();
    assertThat(logs.alarmTexts()).isEmpty();
    assertThat(Forms.temporaryFiles()).isEmpty();
  }

  /// Looks at a form where its files are: in the handler.
  @FunctionalInterface
  private interface Look {
    void at(Form form) throws IOException;
  }

  private void taken(Protocol protocol, String type, byte[] body, Look look) throws IOException {
    handler =
        (request, response) -> {
          try {
            look.at(request.form());
          } catch (AssertionError e) {
            wrong.add(e);
          }
          response.text("taken");
        };
    assertThat(Forms.send(harness, protocol, type, body)).isEqualTo(new Answer(200, "taken"));
    assertThat(wrong).isEmpty();
  }

  private static byte[] bytes(FormFile file) throws IOException {
    try (InputStream in = file.open()) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @EnumSource
  void fieldsOfAnEncodedFormAreRead(Protocol protocol) throws IOException {
    String sent = "name=Ad%C3%A0+L&a=1&&a=2;3&blank=&bare&form%3Aid=%26%3D%23#&raw=à";
    for (String type : new String[] {Forms.URL_ENCODED, "Application/X-WWW-Form-UrlEncoded;c=d"}) {
      taken(
          protocol,
          type,
          sent.getBytes(UTF_8),
          form -> {
            assertThat(form.field("name")).contains("Adà L");
            assertThat(form.fields("a")).containsExactly("1", "2;3");
            assertThat(form.field("blank")).contains("");
            assertThat(form.field("bare")).contains("");
            assertThat(form.field("form:id")).contains("&=##");
            assertThat(form.field("raw")).contains("à");
            assertThat(form.field("none")).isEmpty();
            assertThat(form.file("name")).isEmpty();
          });
    }
  }

  @ParameterizedTest
  @EnumSource
  void fieldsAndFilesOfAMultipartFormAreRead(Protocol protocol) throws IOException {
    byte[] content = new byte[40_000];
    new Random(3).nextBytes(content);
    byte[] body =
        Forms.multipart()
            .field("name", "Adà\r\nL")
            .field("form:id", "7")
            .file("upload", "a.bin", content)
            .file("upload", "b.txt", "--xY\r\n\r\n--x\r".getBytes(UTF_8))
            .field("blank", "")
            .file("empty", "empty.txt", new byte[0])
            .file("none", "", new byte[0])
            .whole();
    taken(
        protocol,
        "Multipart/Form-Data; charset=utf-8; a=b; BOUNDARY=\"xYz\"",
        body,
        form -> {
          assertThat(form.field("name")).contains("Adà\r\nL");
          assertThat(form.field("form:id")).contains("7");
          assertThat(form.field("blank")).contains("");
          FormFile file = form.file("upload").orElseThrow();
          assertThat(bytes(file)).isEqualTo(content).isEqualTo(bytes(file));
          assertThat(file).hasToString("upload: a.bin (a/b, 40000 bytes)");
          FormFile small = form.files("upload").get(1);
          assertThat(bytes(small)).asString(UTF_8).isEqualTo("--xY\r\n\r\n--x\r");
          assertThat(small.contentType()).isEqualTo("a/b");
          FormFile empty = form.file("empty").orElseThrow();
          assertThat(empty.size()).isZero();
          assertThat(bytes(empty)).isEmpty();
          assertThat(form.file("none")).isEmpty();
          assertThat(form.field("upload")).isEmpty();
          assertThat(Forms.temporaryFiles()).hasSize(1);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          filename="a b;c=d:e,f.txt"                | a b;c=d:e,f.txt
          filename="say \\"hi\\".txt"               | say "hi".txt
          filename="say %22hi%22.txt"               | say %22hi%22.txt
          filename="naïve 文書.txt"                  | naïve 文書.txt
          filename=token.txt                        | token.txt
          filename="C:\\Users\\ada\\notes.txt"      | notes.txt
          filename="../../etc/passwd"               | passwd
          filename="a/.."                           | ``
          filename="x.txt"; filename*=UTF-8''%e2%82%ac%2fb.txt | b.txt
          """)
  void fileNamesAreThoseOfTheClientWithoutFolders(String sent, String shown) throws IOException {
    byte[] body =
        Forms.multipart().part("form-data; name=\"f\"; " + sent, "text".getBytes(UTF_8)).whole();
    taken(
        Protocol.HTTP1,
        Forms.MULTIPART,
        body,
        form -> assertThat(form.file("f").orElseThrow().fileName()).isEqualTo(shown));
  }

  /// Wherever the decoder's pieces end, also between a CR and its LF.
  @Test
  void fileIsTheSameHoweverItsEndFalls() throws IOException {
    byte[] content = "\r\n--xY-\r\r\n--x\n".repeat(1_300).getBytes(ISO_8859_1);
    for (int length = 16_180; length < 16_400; length++) {
      byte[] part = Arrays.copyOf(content, length);
      taken(
          Protocol.HTTP1,
          Forms.MULTIPART,
          Forms.multipart().file("f", "f", part).field("last", "1").whole(),
          form -> {
            assertThat(bytes(form.file("f").orElseThrow())).isEqualTo(part);
            assertThat(form.field("last")).contains("1");
          });
    }
  }

  @Test
  void largeFileIsNotInMemory() throws IOException {
    byte[] content = new byte[20 << 20];
    new Random(4).nextBytes(content);
    byte[] body = Forms.multipart().file("f", "f", content).whole();
    long before = usedHeap();
    taken(
        Protocol.HTTP1,
        Forms.MULTIPART,
        body,
        form -> {
          assertThat(usedHeap() - before).isLessThan(8 << 20);
          assertThat(bytes(form.file("f").orElseThrow())).isEqualTo(content);
        });
  }

  private static long usedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 20_000})
  void fileIsCopiedAndDeletedWithItsRequest(int length) throws IOException {
    byte[] content = new byte[length];
    Path target = folder.resolve("copy");
    FormFile[] kept = new FormFile[1];
    handler =
        (request, response) -> {
          kept[0] = request.form().file("f").orElseThrow();
          kept[0].transferTo(target);
          assertThatThrownBy(() -> kept[0].transferTo(target))
              .isInstanceOf(FileAlreadyExistsException.class);
          throw new HttpException(400, "on purpose");
        };
    byte[] body = Forms.multipart().file("f", "f", content).whole();
    assertThat(Forms.send(harness, Protocol.HTTP1, Forms.MULTIPART, body).body())
        .contains("on purpose");
    assertThat(Files.readAllBytes(target)).isEqualTo(content);
    Harness.await("no file is left", () -> Forms.temporaryFiles().isEmpty());
  }

  @Test
  void formIsReadOnceAndNotBesideTheBody() throws IOException {
    handler =
        Router.empty()
            .post(
                "/",
                (request, response) -> {
                  Form form = request.form();
                  assertThat(request.form()).isSameAs(form);
                  response.text("same " + request.body().read());
                });
    assertThat(Forms.send(harness, Protocol.HTTP1, Forms.URL_ENCODED, "a=b".getBytes(UTF_8)))
        .isEqualTo(new Answer(200, "same -1"));
    handler =
        (request, response) -> {
          request.body().read();
          assertThatThrownBy(request::form).isInstanceOf(IllegalStateException.class);
          response.text("refused");
        };
    assertThat(Forms.send(harness, Protocol.HTTP1, Forms.URL_ENCODED, "a=b".getBytes(UTF_8)))
        .isEqualTo(new Answer(200, "refused"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "multipart/mixed; boundary=x", "", "x"})
  void whatIsNoFormIsRefused(String type) throws IOException {
    Answer answer = Forms.send(harness, Protocol.HTTP1, type, new byte[100]);
    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.body()).contains(type).contains("multipart/form-data");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n",
        "--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--xYz",
        "--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--xYz-",
        "--other\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--other--",
        "--xYz\r\nContent-Disposition: form-data\r\n\r\n1\r\n--xYz--",
        "--xYz\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n1\r\n--xYz--",
        "--xYz\r\nContent-Disposition\r\n\r\n1\r\n--xYz--",
        "--xYz\r\nContent-Disposition: form-data; name=a\r\nContent-Type: a; charset=no\r\n\r\n"
            + "1\r\n--xYz--",
        "--xYz\r\nContent-Disposition: form-data; name=a\r\nContent-Type: a; charset=*\r\n\r\n"
            + "1\r\n--xYz--",
        "--xYz\r\nContent-Type: multipart/mixed\r\n\r\n\r\n--xYz--",
      })
  void malformedMultipartIsRefused(String body) throws IOException {
    for (Protocol protocol : Protocol.values()) {
      Answer answer = Forms.send(harness, protocol, Forms.MULTIPART, body.getBytes(UTF_8));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("the form is malformed");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"a\\b\"",
        "multipart/form-data; boundary=\"ends with a space \"",
        "multipart/form-data; boundary=a@b"
      })
  void boundaryThatIsNoneIsRefused(String type) throws IOException {
    Answer answer = Forms.send(harness, Protocol.HTTP1, type, new byte[1]);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("expected: a boundary");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=%", "a=%4", "%zz=b"})
  void malformedEncodingIsRefused(String body) throws IOException {
    assertThat(Forms.send(harness, Protocol.HTTP2, Forms.URL_ENCODED, body.getBytes(UTF_8)))
        .matches(answer -> answer.status() == 400);
  }

  @Test
  void wrongBoundaryOfALargeFormIsFoundEarly() throws IOException {
    byte[] body = Forms.multipart().file("f", "f", new byte[1 << 20]).whole();
    Answer answer =
        Forms.send(harness, Protocol.HTTP1, "multipart/form-data; boundary=other", body);
    assertThat(answer.status()).isEqualTo(400);
  }

  // Limits

  @ParameterizedTest
  @CsvSource({"1000, 200", "1001, 413"})
  void fieldsAreCounted(int fields, int status) throws IOException {
    Forms multipart = Forms.multipart();
    for (int i = 0; i < fields; i++) {
      multipart.field("f" + i % 7, "v");
    }
    byte[] encoded = "f=v&".repeat(fields).getBytes(UTF_8);
    statusIs(status, multipart.whole(), encoded);
  }

  @ParameterizedTest
  @CsvSource({"65536, 200", "65537, 413"})
  void fieldsAreMeasured(int length, int status) throws IOException {
    String value = "v".repeat(length);
    statusIs(
        status,
        Forms.multipart().field("f", value).whole(),
        ("f=" + value + "&g=h").getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource({"31, 200", "33, 413"})
  void fieldsAreMeasuredTogether(int fields, int status) throws IOException {
    String value = "v".repeat(65_000);
    Forms multipart = Forms.multipart();
    for (int i = 0; i < fields; i++) {
      multipart.field("f", value);
    }
    statusIs(status, multipart.whole(), ("f=" + value + "&").repeat(fields).getBytes(UTF_8));
  }

  private void statusIs(int status, byte[] multipart, byte[] encoded) throws IOException {
    handler =
        (request, response) -> {
          request.form();
          response.text("fine");
        };
    for (Protocol protocol : new Protocol[] {Protocol.HTTP1, Protocol.HTTP2}) {
      assertThat(Forms.send(harness, protocol, Forms.MULTIPART, multipart).status())
          .isEqualTo(status);
      assertThat(Forms.send(harness, protocol, Forms.URL_ENCODED, encoded).status())
          .isEqualTo(status);
    }
  }

  @Test
  void curlsFormIsRead() throws Exception {
    Path file = Files.write(folder.resolve("some \"file\";1.txt"), new byte[100_000]);
    handler =
        (request, response) -> {
          FormFile sent = request.form().file("file").orElseThrow();
          response.text(request.form().field("say").orElseThrow() + " " + sent);
        };
    for (String protocol : new String[] {"--http1.1", "--http2-prior-knowledge"}) {
      Process curl =
          new ProcessBuilder(
                  Tools.require("curl").toString(),
                  "-sS",
                  protocol,
                  "-F",
                  "say=grüß dich",
                  "-F",
                  "file=@\"" + file.toString().replace("\"", "\\\"") + "\";type=a/b",
                  "http:/" + harness.server.address() + "/")
              .redirectErrorStream(true)
              .start();
      assertThat(new String(curl.getInputStream().readAllBytes(), UTF_8))
          .startsWith("grüß dich file: some ")
          .containsAnyOf("some \"file\";1.txt", "some %22file%22;1.txt")
          .endsWith(" (a/b, 100000 bytes)");
    }
  }

  /// A field of 64 KiB is one of bytes.
  @Test
  void fieldsAreMeasuredInBytesInBothKindsOfForm() throws Exception {
    Handler handler =
        (request, response) -> response.text("" + request.form().field("a").isPresent());
    String body = "a=" + "\u00e9".repeat(40_000);
    try (Harness harness = Harness.start(handler);
        RawClient client = harness.connect()) {
      client.send(
          ("POST / HTTP/1.1\r\nHost: test\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                  + "Content-Length: "
                  + body.getBytes(UTF_8).length
                  + "\r\n\r\n"
                  + body)
              .getBytes(UTF_8));
      assertThat(client.readResponse()).startsWith("HTTP/1.1 413");
    }
  }
}
