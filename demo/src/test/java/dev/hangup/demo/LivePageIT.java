package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.observe.LivePage;
import dev.hangup.observe.LiveView;
import dev.hangup.server.Router;
import dev.hangup.server.Server;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;

/// The live page in a real browser.
class LivePageIT {
  private static final String HOSTILE = "/<img src=x onerror=document.title='hacked'>/{id}";
  private static final String HOSTILE_PATH =
      "/%3Cimg%20src=x%20onerror=document.title='hacked'%3E/7";

  private ChromeDriver browser;
  @TempDir private Path folder;

  @BeforeEach
  void start() throws Exception {
    browser = Chromium.start(folder);
    browser.manage().timeouts().scriptTimeout(Duration.ofSeconds(30));
  }

  @AfterEach
  void stop() {
    if (browser != null) {
      browser.quit();
    }
  }

  @Test
  void hangUpOfAnotherClientIsShownWhileItHappens() throws Exception {
    DemoProcess demo = DemoProcess.start(folder);
    try {
      browser.get(demo.url(""));
      browser.findElement(By.linkText("the live page")).click();
      RawClient client =
          ask(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), demo.port()),
              "/work?ms=60000");
      awaitText("flights", "GET /work");
      browser.executeScript(
          "new MutationObserver(() => { window.shownAt ??= Date.now(); })"
              + ".observe(document.getElementById('hang-ups'), {childList: true})");
      long left = System.currentTimeMillis();
      client.leave(new Leaving.Reset());
      awaitText("hang-ups", "client_reset");
      long took = (Long) browser.executeScript("return window.shownAt") - left;
      System.out.println("a hang-up was shown after " + took + " ms");
      assertThat(took).isLessThan(20_000);
      awaitText("cancelled", "1");
      browser.get(demo.url("metrics"));
      assertThat(browser.getPageSource())
          .contains(
              "http_server_cancellations_total{", "reason=\"client_reset\"", "route=\"/work\"");
    } finally {
      demo.stop();
    }
  }

  @Test
  void pageIsLegibleAndEscapesWhatItShows() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    LiveView view = LiveView.open();
    Router routes =
        Router.empty()
            .get("/quick", (_, response) -> response.text("done"))
            .get("/report/{id}", (_, _) -> new CountDownLatch(1).await())
            .get(HOSTILE, (_, _) -> new CountDownLatch(1).await())
            .get(
                "/deaf",
                (_, _) -> {
                  while (release.getCount() > 0) {
                    Thread.onSpinWait();
                  }
                });
    try (Server server =
        Server.start(
            LivePage.of(view).addTo(routes),
            o -> o.withPort(0).withObserver(view).withGrace(Duration.ofMillis(50)))) {
      browser.get("http://localhost:" + server.port() + "/hangup");
      awaitText("state", "Live.");
      RawClient stays = fill(server);
      awaitText("stragglers", "/deaf");
      awaitText("hang-ups", "client_closed");
      awaitText("hang-ups", HOSTILE);
      assertThat(browser.getTitle()).isEqualTo("Hangup live");
      assertThat(browser.findElements(By.tagName("img"))).isEmpty();
      browser.findElement(By.tagName("summary")).click();
      assertThat(browser.findElement(By.tagName("pre")).getText()).contains("LivePageIT");

      new Appearance(1200, 1500, "light").look(browser, "live-light.png");
      new Appearance(1200, 1500, "dark").look(browser, "live-dark.png");
      new Appearance(390, 1500, "light").look(browser, "live-narrow.png");
      release.countDown();
      awaitText("stragglers", "has returned");
      stays.close();
    } finally {
      release.countDown();
    }
  }

  /// Something of everything there is to be seen.
  private RawClient fill(Server server) throws Exception {
    for (int i = 0; i < 3; i++) {
      try (RawClient client = ask(server.address(), "/quick")) {
        assertThat(client.readHead()).contains("200");
      }
    }
    RawClient stays = ask(server.address(), "/report/1?secret=1");
    RawClient deaf = ask(server.address(), "/deaf");
    awaitText("flights", "/deaf");
    deaf.leave(new Leaving.Reset());
    for (String path : List.of("/report/2", "/report/3", HOSTILE_PATH, "/report/4")) {
      RawClient client = ask(server.address(), path);
      awaitText("flights", path);
      client.leave(path.endsWith("3") ? new Leaving.Reset() : new Leaving.Close());
    }
    return stays;
  }

  private static RawClient ask(InetSocketAddress address, String path) throws Exception {
    return RawClient.connect(address).send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  private void awaitText(String id, String text) throws Exception {
    Poll.until(() -> browser.findElement(By.id(id)).getText(), shown -> shown.contains(text));
  }
}
