package dev.hangup.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.hangup.RequestEvent;
import dev.hangup.RequestHead;
import dev.hangup.RequestObserver.Observed;
import dev.hangup.server.Router;
import dev.hangup.server.Server;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may see the page, and what it does to its server.
class LivePageTest {
  private static final String TOKEN = "a-token-of-sixteen-or-more";

  private final LiveView view = LiveView.open();

  private Server serve(LivePage page) throws Exception {
    Router router = page.addTo(Router.empty());
    return Server.start(router, o -> o.withPort(0).withObserver(view));
  }

  private static String exchange(Server server, String request) throws Exception {
    try (RawClient client = RawClient.connect(server.address())) {
      return client.send(request).readAll();
    }
  }

  private static String get(Server server, String path, String fields) throws Exception {
    String host = fields.contains("Host:") ? "" : "Host: localhost:8080\r\n";
    return exchange(
        server, "GET %s HTTP/1.1\r\n%s%sConnection: close\r\n\r\n".formatted(path, host, fields));
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("waited until " + what).isNegative();
      LockSupport.parkNanos(1_000_000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/hangup", "/hangup/page.js", "/hangup/page.css"})
  void thisMachineSeesThePage(String path) throws Exception {
    try (Server server = serve(LivePage.of(view))) {
      assertThat(get(server, path, ""))
          .startsWith("HTTP/1.1 200")
          .contains("Content-Security-Policy: default-src 'none'");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: evil.example\r\n",
        "Host: localhost.evil.example:8080\r\n",
        "X-Forwarded-For: 10.0.0.1\r\n",
        "Forwarded: for=10.0.0.1\r\n",
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\n"
      })
  void othersAreRefused(String fields) throws Exception {
    try (Server server = serve(LivePage.of(view))) {
      for (String path : new String[] {"/hangup", "/hangup/feed", "/hangup/page.js"}) {
        assertThat(get(server, path, fields)).startsWith("HTTP/1.1 403");
      }
    }
  }

  @Test
  void withATokenNobodyIsLetInWithoutIt() throws Exception {
    try (Server server = serve(LivePage.of(view).withToken(TOKEN))) {
      for (String path : new String[] {"/hangup", "/hangup/feed"}) {
        assertThat(get(server, path, ""))
            .startsWith("HTTP/1.1 401")
            .contains("WWW-Authenticate: Bearer")
            .contains("name=\"token\"");
        assertThat(get(server, path, "Authorization: Bearer " + TOKEN + "x\r\n"))
            .startsWith("HTTP/1.1 401");
        assertThat(get(server, path, "Cookie: hangup_page=" + TOKEN + "\r\n"))
            .startsWith("HTTP/1.1 401");
      }
      String fields = "Host: monitor.example\r\nAuthorization: Bearer " + TOKEN + "\r\n";
      assertThat(get(server, "/hangup", fields)).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void tokenThatIsTypedInBecomesACookie() throws Exception {
    try (Server server = serve(LivePage.of(view).withToken(TOKEN))) {
      assertThat(exchange(server, form("token=wrong"))).startsWith("HTTP/1.1 401");
      assertThat(exchange(server, form(""))).startsWith("HTTP/1.1 401");
      String answer = exchange(server, form("token=" + TOKEN));
      assertThat(answer).startsWith("HTTP/1.1 303").contains("HttpOnly; SameSite=Strict");
      Matcher cookie = Pattern.compile("Set-Cookie: ([^;]+);").matcher(answer);
      assertThat(cookie.find()).isTrue();
      assertThat(cookie.group(1)).doesNotContain(TOKEN);
      assertThat(get(server, "/hangup", "Cookie: a=b; " + cookie.group(1) + "\r\n"))
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void whereThereIsNoTokenNoFormIsRead() throws Exception {
    try (Server server = serve(LivePage.of(view))) {
      String unfinished = form("token=" + TOKEN).replace("token=", "");
      assertThat(exchange(server, unfinished)).startsWith("HTTP/1.1 403");
    }
  }

  private static String form(String body) {
    return """
    POST /hangup HTTP/1.1\r
    Host: monitor.example\r
    Content-Type: application/x-www-form-urlencoded\r
    Connection: close\r
    Content-Length: %d\r
    \r
    %s\
    """
        .formatted(body.length(), body);
  }

  @Test
  void shortTokenIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LivePage.of(view).withToken("short"))
        .withMessage("token: 5 characters (expected: at least 16)");
  }

  @Test
  void moreThanSixteenPagesAreRefused() throws Exception {
    LivePage page = LivePage.of(view);
    try (Server server = serve(page)) {
      RawClient[] clients = new RawClient[16];
      for (int i = 0; i < clients.length; i++) {
        clients[i] = RawClient.connect(server.address());
        clients[i].send("GET /hangup/feed HTTP/1.1\r\nHost: localhost\r\n\r\n");
      }
      await("all are open", () -> page.open() == 16);
      assertThat(get(server, "/hangup/feed", "")).startsWith("HTTP/1.1 503");
      for (RawClient client : clients) {
        client.close();
      }
      await("none is open", () -> page.open() == 0);
    }
  }

  @Test
  void pageIsSentNothingOfHeaderQueryOrBody() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    Router routes =
        Router.empty()
            .post(
                "/login",
                (request, _) -> {
                  assertThat(request.bodyBytes()).isNotEmpty();
                  arrived.countDown();
                  new CountDownLatch(1).await();
                });
    Router router = LivePage.of(view).addTo(routes);
    try (Server server = Server.start(router, o -> o.withPort(0).withObserver(view));
        RawClient feed = RawClient.connect(server.address());
        RawClient client = RawClient.connect(server.address())) {
      client.send(
          "POST /login?token=secret1 HTTP/1.1\r\nHost: secret2\r\nCookie: secret3\r\n"
              + "Content-Length: 7\r\n\r\nsecret4");
      arrived.await();
      feed.send("GET /hangup/feed HTTP/1.1\r\nHost: localhost\r\n\r\n");
      StringBuilder sent = new StringBuilder(feed.readHead());
      client.leave(new Leaving.Reset());
      while (!sent.toString().contains("toStopMs")) {
        sent.append(feed.readLine());
      }
      assertThat(sent.toString()).contains("\"/login\"").doesNotContain("secret");
    }
  }

  @Test
  void openPageDoesNotHoldADrain() throws Exception {
    LivePage page = LivePage.of(view);
    Router router = page.addTo(Router.empty());
    Duration patience = Duration.ofHours(1);
    try (Server server =
            Server.start(router, o -> o.withPort(0).withObserver(view).withDrainTimeout(patience));
        RawClient client = RawClient.connect(server.address())) {
      client.send("GET /hangup/feed HTTP/1.1\r\nHost: localhost\r\n\r\n");
      await("it is open", () -> page.open() == 1);
      server.drain();
      assertThat(page.open()).isZero();
    }
  }

  @Test
  void pageThatReadsNothingIsDropped() throws Exception {
    LivePage page = LivePage.of(view).withTimes(Duration.ofMillis(1), Duration.ofMillis(100));
    for (int i = 0; i < 100; i++) {
      view.begins(RequestHead.of("GET", "/" + "x".repeat(200), "HTTP/1.1", "127.0.0.1"));
    }
    Observed busy = view.begins(RequestHead.of("GET", "/busy", "HTTP/1.1", "127.0.0.1"));
    try (Server server = serve(page);
        RawClient deaf = RawClient.connect(server.address())) {
      deaf.send("GET /hangup/feed HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(deaf.readHead()).contains("200");
      await(
          "it was dropped",
          () -> {
            busy.happens(new RequestEvent.Routed("/busy"));
            return page.open() == 0;
          });
    }
  }
}
