package dev.hangup.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is written can be read again, and ends nothing that it stands in.
class JsonTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain",
        "</script><img src=x onerror=alert(1)>",
        "\"quoted\" \\ 'and' & <b>",
        "line\nbreak\r\u2028\u2029\0",
        "Grüße 🙂",
        "\ud83d alone"
      })
  void stringsComeBackAsTheyWere(String text) {
    String json = new JsonText().open('[').value(text).close(']').toString();

    assertThat(json).matches("\\[\"[ -~]*\"]").doesNotContain("<", ">", "&", "'");
    assertThat(Parsed.of(json).at(0).text()).isEqualTo(text);
  }

  @Test
  void membersAreSeparated() {
    String json =
        new JsonText()
            .open('{')
            .name("a")
            .value(1L)
            .name("b")
            .open('[')
            .value(true)
            .value(1.5)
            .open('{')
            .close('}')
            .close(']')
            .name("c")
            .value("d")
            .close('}')
            .toString();

    assertThat(json).isEqualTo("{\"a\":1,\"b\":[true,1.500,{}],\"c\":\"d\"}");
  }
}
