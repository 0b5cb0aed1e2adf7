package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Conditional requests and ranges: RFC 9110 §13 and §14.
class FileConditionsTest {
  private static final String EXACT = "Sat, 03 Feb 2024 04:05:06 GMT";
  private static final Pattern TAG = Pattern.compile("(?i)\r\netag: (\"[^\"]+\")\r\n");

  @TempDir private Path folder;

  private final Logs logs = new Logs();
  private Path file;
  private String etag = "";
  private Harness harness;

  @BeforeEach
  void start() throws IOException {
    file = Files.writeString(folder.resolve("f.txt"), "0123456789");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2024-02-03T04:05:06.789Z")));
    Files.writeString(folder.resolve("empty.txt"), "");
    harness =
        Harness.start(
            Router.empty()
                .get("/{path...}", StaticFiles.in(folder).withCacheControl("max-age=60")));
    etag = tag();
  }

  @AfterEach
  void stop() {
    harness.close();
    logs.close();
    assertThat(logs.alarmTexts()).isEmpty();
  }

  private String tag() throws IOException {
    Matcher found = TAG.matcher(harness.answer("GET", "/f.txt"));
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  /// Fields are separated by `|`; TAG stands for the file's entity tag, EXACT for its date.
  private String ask(String method, String target, String fields) throws IOException {
    String lines = fields.isEmpty() ? "" : fields.replace("|", "\r\n") + "\r\n";
    return harness.exchange(
        method
            + " "
            + target
            + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
            + lines.replace("TAG", etag).replace("EXACT", EXACT)
            + "\r\n");
  }

  private static int status(String answer) {
    return Integer.parseInt(answer.substring(9, 12));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "If-None-Match: TAG;304",
        "If-None-Match: W/TAG;304",
        "If-None-Match: *;304",
        "If-None-Match: \"a,b\", TAG , \"c\";304",
        "If-None-Match: \"other\"|If-None-Match: TAG;304",
        "If-None-Match: \"other\";200",
        "If-None-Match: other;200",
        "If-None-Match: \";200",
        "If-None-Match:;200",
        "If-None-Match: \"other\"|If-Modified-Since: EXACT;200", // the tag counts
        "If-Modified-Since: EXACT;304",
        "If-Modified-Since: Sat, 03 Feb 2024 04:05:07 GMT;304",
        "If-Modified-Since: Saturday, 03-Feb-24 04:05:06 GMT;304",
        "If-Modified-Since: Sat, 03 Feb 2024 04:05:05 GMT;200",
        "If-Modified-Since: yesterday;200",
        "If-Modified-Since: 1706933106;200",
        "If-Modified-Since:;200",
        "If-Match: TAG;200",
        "If-Match: *;200",
        "If-Match: \"other\", TAG;200",
        "If-Match: W/TAG;412",
        "If-Match: \"other\";412",
        "If-Match: TAG|If-Unmodified-Since: Sat, 03 Feb 2024 04:05:05 GMT;200",
        "If-Unmodified-Since: EXACT;200",
        "If-Unmodified-Since: Sat, 03 Feb 2024 04:05:05 GMT;412",
        "If-Unmodified-Since: never;200",
        "If-Match: \"other\"|If-None-Match: TAG;412",
        "If-None-Match: TAG|Range: bytes=0-1;304",
      })
  void conditionDecides(String fields, int status) throws IOException {
    for (String method : new String[] {"GET", "HEAD"}) {
      String answer = ask(method, "/f.txt", fields);
      assertThat(status(answer)).as(answer).isEqualTo(status);
      assertThat(answer.endsWith("0123456789")).isEqualTo(status == 200 && method.equals("GET"));
      if (status == 304) {
        assertThat(answer)
            .containsIgnoringCase("\r\netag: " + etag)
            .containsIgnoringCase("\r\ncache-control: max-age=60")
            .doesNotContainIgnoringCase("content-length")
            .endsWith("\r\n\r\n");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "bytes=0-0;0-0;0",
        "bytes=0-9;0-9;0123456789",
        "bytes=2-5;2-5;2345",
        "bytes=002-00000000000000000000005;2-5;2345",
        "bytes=9-9;9-9;9",
        "bytes=5-;5-9;56789",
        "bytes=0-;0-9;0123456789",
        "bytes=-1;9-9;9",
        "bytes=-10;0-9;0123456789",
        "bytes=-99;0-9;0123456789",
        "bytes=-18446744073709551616;0-9;0123456789",
        "bytes=0-18446744073709551616;0-9;0123456789",
        "bytes=3-9223372036854775807;3-9;3456789",
        "BYTES=1-2;1-2;12",
      })
  void rangeIsSent(String range, String sent, String content) throws IOException {
    String answer = ask("GET", "/f.txt", "Range: " + range);
    assertThat(answer)
        .startsWith("HTTP/1.1 206 ")
        .containsIgnoringCase("\r\ncontent-range: bytes " + sent + "/10\r\n")
        .containsIgnoringCase("\r\ncontent-length: " + content.length() + "\r\n")
        .containsIgnoringCase("\r\netag: " + etag + "\r\n")
        .containsIgnoringCase("\r\ncache-control: max-age=60\r\n")
        .endsWith("\r\n\r\n" + content);
    assertThat(ask("HEAD", "/f.txt", "Range: " + range)).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=10-",
    "bytes=10-10",
    "bytes=18446744073709551616-",
    "bytes=18446744073709551616-18446744073709551617",
    "bytes=9223372036854775807-",
    "bytes=-0",
  })
  void rangeThatTheFileDoesNotHaveIsRefused(String range) throws IOException {
    assertThat(ask("GET", "/f.txt", "Range: " + range))
        .startsWith("HTTP/1.1 416 ")
        .containsIgnoringCase("\r\ncontent-range: bytes */10\r\n")
        .doesNotContainIgnoringCase("etag");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Range: bytes=-",
        "Range: bytes=",
        "Range: bytes",
        "Range: =0-1",
        "Range: bytes=5-2",
        "Range: bytes=a-b",
        "Range: bytes=0x1-2",
        "Range: bytes=--1",
        "Range: bytes=1--2",
        "Range: bytes=-1-2",
        "Range: bytes=+1-2",
        "Range: bytes=1.0-2",
        "Range: bytes=٣-٤",
        "Range: bytes = 0-1",
        "Range: 0-1",
        "Range: lines=0-1",
        "Range: items=0-1",
        "Range: bytes=0-1,3-4",
        "Range: bytes=0-1, 90-91",
        "Range: bytes=0-1|Range: bytes=3-4",
        "Range: bytes=0-1|If-Range: \"other\"",
        "Range: bytes=0-1|If-Range: W/TAG",
        "Range: bytes=0-1|If-Range: *",
        "Range: bytes=0-1|If-Range: Sat, 03 Feb 2024 04:05:07 GMT",
        "Range: bytes=0-1|If-Range: tomorrow",
        "Range: bytes=99-|If-Range: \"other\"",
      })
  void whatIsNotOneGoodRangeIsAnsweredWithTheWhole(String fields) throws IOException {
    assertThat(ask("GET", "/f.txt", fields))
        .startsWith("HTTP/1.1 200 ")
        .doesNotContainIgnoringCase("content-range")
        .endsWith("\r\n\r\n0123456789");
  }

  @Test
  void thousandRangesAreOneWhole() throws IOException {
    String many = "Range: bytes=" + "0-,".repeat(1000) + "0-";
    assertThat(ask("GET", "/f.txt", many)).startsWith("HTTP/1.1 200 ").endsWith("\n0123456789");
  }

  @ParameterizedTest
  @CsvSource({"TAG", "EXACT"})
  void partOfTheSameVersionIsSent(String condition) throws IOException {
    assertThat(ask("GET", "/f.txt", "Range: bytes=5-|If-Range: " + condition))
        .startsWith("HTTP/1.1 206 ")
        .endsWith("\r\n\r\n56789");
  }

  @Test
  void dateOfAFileThatHasJustChangedProvesNothing() throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
    String answer = ask("GET", "/f.txt", "");
    Matcher date = Pattern.compile("(?i)\r\nlast-modified: ([^\r]+)\r\n").matcher(answer);
    assertThat(date.find()).isTrue();
    String fields = "Range: bytes=5-|If-Range: " + date.group(1);
    assertThat(ask("GET", "/f.txt", fields)).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @CsvSource({"bytes=0-, 416", "bytes=0-0, 416", "bytes=-0, 200", "bytes=-5, 200"})
  void emptyFileHasNoParts(String range, int status) throws IOException {
    assertThat(status(ask("GET", "/empty.txt", "Range: " + range))).isEqualTo(status);
  }

  @Test
  void tagChangesWithTheContent() throws IOException {
    Files.writeString(file, "9876543210");
    assertThat(tag()).isNotEqualTo(etag);
  }
}
