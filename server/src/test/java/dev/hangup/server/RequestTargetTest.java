package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {
  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/a, /a",
    "/a/, /a/",
    "/a?b=c, /a",
    "/a%20b, /a b",
    "/a+b, /a+b",
    "/%C3%A4, /ä",
    "/a;b=c, /a;b=c",
    "//a, //a",
    "http://host/a?b=c, /a",
    "http://host, /",
    "http://host?b=/c, /",
    "https://host:8443/a/b, /a/b",
  })
  void pathIsDecoded(String target, String path) {
    assertThat(parse(target).path()).isEqualTo(path);
  }

  @Test
  void encodedSlashSeparatesNothing() {
    assertThat(parse("/a%2Fb/c").segments()).containsExactly("a/b", "c");
  }

  @Test
  void segmentsKeepPlusAndEmptyOnes() {
    assertThat(parse("/a+b//%2B/").segments()).containsExactly("a+b", "", "+", "");
  }

  @Test
  void rootIsOneEmptySegment() {
    assertThat(parse("/").segments()).containsExactly("");
  }

  @Test
  void queryIsDecodedInOrder() {
    Map<String, List<String>> query = parse("/?b=1&a=x+y&b=%26&c&d=;e").query();
    assertThat(query)
        .containsExactly(
            Map.entry("b", List.of("1", "&")),
            Map.entry("a", List.of("x y")),
            Map.entry("c", List.of("")),
            Map.entry("d", List.of(";e")));
    assertThat(query).isUnmodifiable();
  }

  @Test
  void queryBehindAnAuthorityIsKept() {
    assertThat(parse("http://host?b=/c").query()).containsEntry("b", List.of("/c"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a", "*", "host:80", "?a=b", "://host/", "/%", "/%4", "/%zz", "/?a=%"})
  void restIsRefused(String target) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(target))
        .withMessageNotContaining("null");
  }

  @Test
  void asteriskIsForOptions() {
    assertThat(RequestTarget.parse("OPTIONS", "*").path()).isEqualTo("*");
  }

  private static RequestTarget parse(String target) {
    return RequestTarget.parse("GET", target);
  }
}
