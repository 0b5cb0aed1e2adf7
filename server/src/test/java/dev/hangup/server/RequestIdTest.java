package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelPolicy;
import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each request has a name.
class RequestIdTest {
  private static final Handler SAYS = (_, response) -> response.text(id());

  private static String id() {
    return RequestId.current().orElse("none");
  }

  private static String ask(Handler handler, String fields) throws IOException {
    try (Harness harness = Harness.start(handler)) {
      return harness.exchange(
          "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n" + fields + "\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "0b41e5d6-6e0c-4d37-8b8e-8f0f3f8f9a11", "a_B.c~1:2+3/4=", "LONG"})
  void goodIdIsKept(String name) throws IOException {
    String sent = name.replace("LONG", "x".repeat(128));
    assertThat(ask(SAYS.with(RequestId::around), "x-request-id: " + sent + "\r\n"))
        .containsIgnoringCase("\r\nx-request-id: " + sent + "\r\n")
        .endsWith("\r\n\r\n" + sent);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "X-Request-Id:\r\n",
        "X-Request-Id: a b\r\n",
        "X-Request-Id: <script>\r\n",
        "X-Request-Id: a\"b\r\n",
        "X-Request-Id: a%0ab\r\n",
        "X-Request-Id: \u00e9\r\n",
        "X-Request-Id: a\r\nX-Request-Id: b\r\n",
        "LONG",
      })
  void otherwiseOneIsMade(String fields) throws IOException {
    String sent = fields.replace("LONG", "X-Request-Id: " + "x".repeat(129) + "\r\n");
    String answer = ask(SAYS.with(RequestId::around), sent);
    String made = answer.substring(answer.indexOf("\r\n\r\n") + 4);
    assertThat(made).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    assertThat(answer).containsOnlyOnce(": " + made + "\r\n");
  }

  @Test
  void errorsCarryIt() throws IOException {
    Handler failing =
        (_, _) -> {
          throw new HttpException(400, "expected here");
        };
    assertThat(ask(failing.with(RequestId::around), "X-Request-Id: a7\r\n"))
        .startsWith("HTTP/1.1 400 ")
        .containsIgnoringCase("\r\nx-request-id: a7\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"INTERRUPT", "SIGNAL", "FINISH"})
  void idReachesEveryPolicy(String policy) throws IOException {
    Router router = Router.empty().get("/", SAYS, o -> o.withPolicy(CancelPolicy.valueOf(policy)));
    assertThat(ask(router.with(RequestId::around), "X-Request-Id: a7\r\n")).endsWith("\r\n\r\na7");
  }

  @Test
  void idIsTakenToOtherThreads() throws IOException {
    Handler handler =
        (_, response) -> {
          try (CancelScope scope = CancelScope.open();
              ExecutorService threads = Executors.newSingleThreadExecutor()) {
            String fork = scope.fork(RequestId.wrap(RequestIdTest::id)).join();
            String carried =
                threads
                    .submit(Cancellation.current().wrap(RequestId.wrap(RequestIdTest::id)))
                    .get();
            String bare = scope.fork(RequestIdTest::id).join();
            response.text(fork + " " + carried + " " + bare);
          }
        };
    assertThat(ask(handler.with(RequestId::around), "X-Request-Id: a7\r\n"))
        .endsWith("\r\n\r\na7 a7 none");
  }

  @Test
  void outsideOfARequestThereIsNone() throws Exception {
    assertThat(RequestId.current()).isEmpty();
    assertThat(RequestId.wrap(RequestIdTest::id).call()).isEqualTo("none");
  }
}
