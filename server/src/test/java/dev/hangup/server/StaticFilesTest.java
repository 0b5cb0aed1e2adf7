package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What of a folder is sent, what is not, and what becomes of it when the client leaves.
class StaticFilesTest {
  private static final Instant CHANGED = Instant.parse("2024-02-03T04:05:06.789Z");
  private static final int LONG = 256 << 20;

  @TempDir private Path around;

  private final Logs logs = new Logs();
  private Path folder;
  private Harness harness;

  @BeforeEach
  void start() throws IOException {
    folder = Files.createDirectory(around.resolve("web"));
    write(folder.resolve("index.html"), "home");
    write(folder.resolve("hello.txt"), "0123456789");
    write(folder.resolve("a b+c%.TXT"), "odd");
    write(folder.resolve("empty.css"), "");
    write(folder.resolve("app.js"), "let it");
    write(folder.resolve("noextension"), "bytes");
    write(folder.resolve("docs/index.html"), "docs");
    write(folder.resolve("bare/x.txt"), "x");
    write(folder.resolve(".secret"), "SECRET");
    write(folder.resolve(".git/config"), "SECRET");
    write(folder.resolve("docs/.hidden/x"), "SECRET");
    write(around.resolve("outside.txt"), "SECRET");
    write(around.resolve("web-private/index.html"), "SECRET");
    link("inside.txt", Path.of("hello.txt"));
    link("outside-link.txt", Path.of("../outside.txt"));
    link("absolute-link.txt", around.resolve("outside.txt"));
    link("outside-folder", Path.of(".."));
    link("private", Path.of("../web-private"));
    link("hidden-link.txt", Path.of(".secret"));
    link("hidden-folder", Path.of(".git"));
    link("loop", Path.of("loop"));
    link("dangling", Path.of("nothing"));
    harness = serve(StaticFiles.in(folder).withCacheControl("no-cache"));
  }

  @AfterEach
  void stop() {
    harness.close();
    logs.close();
    assertThat(logs.alarmTexts()).isEmpty();
  }

  private static Harness serve(StaticFiles files) throws IOException {
    return Harness.start(Router.empty().get("/{path...}", files).get("/files/{path...}", files));
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(CHANGED));
  }

  private void link(String name, Path target) throws IOException {
    Files.createSymbolicLink(folder.resolve(name), target);
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html; charset=utf-8, home",
    "/index.html, text/html; charset=utf-8, home",
    "/?a=/../b, text/html; charset=utf-8, home",
    "/files/, text/html; charset=utf-8, home",
    "/docs/, text/html; charset=utf-8, docs",
    "/files/docs/, text/html; charset=utf-8, docs",
    "/hello.txt, text/plain; charset=utf-8, 0123456789",
    "/hell%6f.txt, text/plain; charset=utf-8, 0123456789",
    "/inside.txt, text/plain; charset=utf-8, 0123456789",
    "/a%20b+c%25.TXT, text/plain; charset=utf-8, odd",
    "/empty.css, text/css; charset=utf-8, ''",
    "/app.js, text/javascript; charset=utf-8, let it",
    "/noextension, application/octet-stream, bytes",
  })
  void fileIsSentAndDescribed(String target, String type, String content) throws IOException {
    String answer = harness.answer("GET", target);
    assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n" + content);
    assertThat(answer.toLowerCase(Locale.ROOT))
        .contains("\r\ncontent-type: " + type + "\r\n")
        .contains("\r\ncontent-length: " + content.length() + "\r\n")
        .contains("\r\nlast-modified: sat, 03 feb 2024 04:05:06 gmt\r\n")
        .contains("\r\naccept-ranges: bytes\r\n")
        .contains("\r\ncache-control: no-cache\r\n")
        .containsPattern("\r\netag: \"[0-9a-f]+-[0-9a-f]+\"\r\n");
    assertThat(head(harness.answer("HEAD", target)))
        .as("HEAD says the same, and no more")
        .isEqualTo(head(answer))
        .doesNotEndWith(content + "\r\n\r\n");
    assertThat(harness.answer("HEAD", target)).endsWith("\r\n\r\n");
  }

  private static String head(String answer) {
    return answer.substring(0, answer.indexOf("\r\n\r\n")).replaceFirst("(?i)\r\ndate: [^\r]*", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/..",
        "/../",
        "/../outside.txt",
        "/%2e%2e/outside.txt",
        "/%2E%2E%2Foutside.txt",
        "/.%2e/outside.txt",
        "/..%2foutside.txt",
        "/docs/../../outside.txt",
        "/docs/../hello.txt",
        "/docs/%2e%2e/hello.txt",
        "/docs%2findex.html",
        "/docs%2F..%2F..%2Foutside.txt",
        "/..\\outside.txt",
        "/..%5coutside.txt",
        "/%5c..%5coutside.txt",
        "/%252e%252e/outside.txt",
        "/%c0%ae%c0%ae/outside.txt",
        "/....//outside.txt",
        "/.",
        "/./hello.txt",
        "/docs/./index.html",
        "//hello.txt",
        "//",
        "/docs//index.html",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/%2Fetc/passwd",
        "/files//etc/passwd",
        "/files/../../outside.txt",
        "http://test/../outside.txt",
        "/hello.txt%00",
        "/hello.txt%00.html",
        "/%00",
        "/.secret",
        "/%2esecret",
        "/.git/config",
        "/.git/",
        "/docs/.hidden/x",
        "/hidden-link.txt",
        "/hidden-folder/config",
        "/outside-link.txt",
        "/absolute-link.txt",
        "/outside-folder/outside.txt",
        "/outside-folder/web/hello.txt/",
        "/private",
        "/private/",
        "/private/index.html",
        "/loop",
        "/loop/",
        "/dangling",
        "/bare",
        "/bare/",
        "/hello.txt/",
        "/hello.txt/x",
        "/HELLO.TXT/..",
        "/nothing",
      })
  void restIsNotFound(String target) throws IOException {
    assertThat(harness.answer("GET", target))
        .startsWith("HTTP/1.1 404 ")
        .doesNotContain("SECRET")
        .doesNotContain(around.toString());
  }

  @Test
  void longNamesAndBadEncodingsAreRefused() throws IOException {
    assertThat(harness.answer("GET", "/" + "x".repeat(300))).startsWith("HTTP/1.1 404 ");
    assertThat(harness.answer("GET", "/" + "x/".repeat(3000))).startsWith("HTTP/1.1 404 ");
    assertThat(harness.answer("GET", "/%u002e")).startsWith("HTTP/1.1 400 ");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void pipeIsNoFile() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThat(harness.answer("GET", "/pipe")).startsWith("HTTP/1.1 404 ");
  }

  @ParameterizedTest
  @CsvSource({
    "/docs, ./docs/",
    "/files/docs, ./docs/",
    "/docs?a=b, ./docs/?a=b",
    "/d%6fcs, ./d%6fcs/",
    "http://elsewhere/docs, ./docs/",
  })
  void folderWithoutItsSlashIsRedirectedTo(String target, String location) throws IOException {
    assertThat(harness.answer("GET", target))
        .startsWith("HTTP/1.1 301 ")
        .containsIgnoringCase("\r\nlocation: " + location + "\r\n");
  }

  @Test
  void otherMethodsAreNotAllowed() throws IOException {
    StaticFiles files = StaticFiles.in(folder);
    try (Harness other = Harness.start(Router.empty().withRoute("PUT", "/{path...}", files))) {
      assertThat(other.answer("PUT", "/hello.txt"))
          .startsWith("HTTP/1.1 405 ")
          .containsIgnoringCase("\r\nallow: GET, HEAD\r\n");
    }
  }

  @Test
  void folderMustExist() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StaticFiles.in(around.resolve("nothing")))
        .withMessageEndingWith("nothing (expected: one that exists)");
  }

  @Test
  void linkedFolderMayBeSwitched() throws IOException {
    Path current = Files.createSymbolicLink(around.resolve("current"), Path.of("web"));
    try (Harness other = serve(StaticFiles.in(current))) {
      assertThat(other.answer("GET", "/")).endsWith("\r\n\r\nhome");
      write(around.resolve("next/index.html"), "next");
      Files.delete(current);
      Files.createSymbolicLink(current, Path.of("next"));
      assertThat(other.answer("GET", "/")).endsWith("\r\n\r\nnext");
    }
  }

  // Long files

  private Path longFile() throws IOException {
    Path file = folder.resolve("long.bin");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(LONG);
    }
    return file;
  }

  private static long handles(Path file) {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(each -> leadsTo(each, file)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean leadsTo(Path descriptor, Path file) {
    try {
      return Files.readSymbolicLink(descriptor).equals(file);
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  @EnabledOnOs(OS.LINUX)
  void hangUpClosesTheFileAndNoOther(ServerOptions.Transport transport) throws Exception {
    Path file = longFile().toRealPath();
    Router router = Router.empty().get("/{path...}", StaticFiles.in(folder));
    try (Harness other = Harness.start(router, o -> o.withTransport(transport));
        RawClient staying = RawClient.connect(other.server.address(), 64 << 10)) {
      staying.request("GET", "/long.bin").readHead();
      for (Leaving leaving : new Leaving[] {new Leaving.Close(), new Leaving.Reset()}) {
        RawClient client = RawClient.connect(other.server.address(), 64 << 10);
        client.request("GET", "/long.bin").readHead();
        Harness.await("both are being sent", () -> handles(file) == 2);
        client.leave(leaving);
        Harness.await("one is closed", () -> handles(file) == 1);
        AccessEntry entry = other.nextEntry();
        assertThat(entry.reason()).hasValueSatisfying(why -> assertThat(why.isHangUp()).isTrue());
        assertThat(entry.bytes()).isLessThan(LONG);
      }
      staying.skip(LONG);
      assertThat(other.nextEntry().bytes()).isEqualTo(LONG);
      assertThat(handles(file)).isZero();
    }
  }

  @Test
  void fileThatBecomesShorterIsCut() throws Exception {
    Path file = longFile();
    try (RawClient client = RawClient.connect(harness.server.address(), 64 << 10)) {
      client.request("GET", "/long.bin").readHead();
      try (RandomAccessFile shorter = new RandomAccessFile(file.toFile(), "rw")) {
        shorter.setLength(0);
      }
      assertThat(client.readAll().length()).isLessThan(LONG);
      assertThat(harness.nextEntry().bytes()).isLessThan(LONG);
    }
    Harness.await("it is logged", () -> logs.alarmTexts().size() == 1);
    assertThat(logs.alarmTexts()).first().asString().contains("the file became shorter");
    logs.clear();
  }
}
