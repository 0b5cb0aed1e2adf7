package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.RawHttp2Client;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What browsers are told to be careful with.
class SecurityHeadersTest {
  private static final SecurityHeaders STANDARD = SecurityHeaders.standard();
  private static final Handler SAYS =
      (request, response) -> response.text("secure " + request.isSecure());

  private static String answer(Handler handler) throws IOException {
    try (Harness harness = Harness.start(handler)) {
      return harness.answer("GET", "/");
    }
  }

  @Test
  void answersAreCareful() throws IOException {
    Handler failing =
        (_, _) -> {
          throw new HttpException(404, "nothing");
        };
    for (Handler handler : new Handler[] {SAYS, failing}) {
      assertThat(answer(handler.with(STANDARD)))
          .containsIgnoringCase("\r\nx-content-type-options: nosniff\r\n")
          .containsIgnoringCase("\r\nreferrer-policy: strict-origin-when-cross-origin\r\n")
          .containsIgnoringCase("\r\nx-frame-options: DENY\r\n")
          .doesNotContainIgnoringCase("strict-transport-security");
    }
  }

  @Test
  void handlersOwnValueWins() throws IOException {
    Handler own = (_, response) -> response.header("X-Frame-Options", "SAMEORIGIN").text("fine");
    assertThat(answer(own.with(STANDARD)))
        .containsIgnoringCase("\r\nx-frame-options: SAMEORIGIN\r\n")
        .doesNotContain("DENY");
  }

  @Test
  void fieldsAreChosen() throws IOException {
    SecurityHeaders chosen =
        STANDARD
            .withHeader("content-security-policy", "default-src 'self'")
            .withHeader("REFERRER-POLICY", "no-referrer")
            .withoutHeader("x-frame-options");
    assertThat(answer(SAYS.with(chosen)))
        .containsIgnoringCase("\r\ncontent-security-policy: default-src 'self'\r\n")
        .containsIgnoringCase("\r\nreferrer-policy: no-referrer\r\n")
        .doesNotContainIgnoringCase("strict-origin")
        .doesNotContainIgnoringCase("x-frame-options");
  }

  @Test
  void whatCannotBeAFieldIsRefusedAtOnce() {
    assertThatIllegalArgumentException().isThrownBy(() -> STANDARD.withHeader("a b", "c"));
    assertThatIllegalArgumentException().isThrownBy(() -> STANDARD.withHeader("a", "b\r\nc: d"));
  }

  @Test
  void onlyTlsIsToldToStay() throws Exception {
    Tls tls = Tls.selfSigned(Path.of("target", "tls"));
    try (Harness harness = Harness.start(SAYS.with(STANDARD), o -> o.withTls(0, tls))) {
      InetSocketAddress secure =
          new InetSocketAddress(harness.server.address().getHostString(), harness.server.tlsPort());
      try (RawClient client = RawClient.connect(secure).overTls("http/1.1")) {
        assertThat(client.send(Harness.get("/")).readResponse())
            .containsIgnoringCase("\r\nstrict-transport-security: max-age=31536000\r\n")
            .endsWith("secure true");
      }
      try (RawHttp2Client client = RawHttp2Client.over(RawClient.connect(secure).overTls("h2"))) {
        assertThat(body(client)).isEqualTo("secure true");
      }
      try (RawHttp2Client client = RawHttp2Client.over(harness.connect())) {
        assertThat(body(client)).isEqualTo("secure false");
      }
      assertThat(harness.answer("GET", "/")).endsWith("secure false");
    }
  }

  private static String body(RawHttp2Client client) throws IOException {
    client.request("GET", "/", true);
    return StandardCharsets.UTF_8.decode(client.read(RawHttp2Client.DATA).payload()).toString();
  }
}
