package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;

/// The packaged demo, and requests of a real browser that are aborted, or whose page is left. When
/// the demo's page is hidden it aborts what its own button began ([ChromiumIT]), and not these.
class BrowserHangUpIT {
  private static final String GONE = "(client_closed|client_reset|stream_reset|write_failed)";

  private static DemoProcess demo;
  private static Nginx nginx;
  private static HAProxy haproxy;
  private static ChromeDriver browser;

  @TempDir private static Path folder;

  /// How the page came, and so where its requests go.
  enum Way {
    HTTP1("HTTP/1.1"),
    HTTP2("HTTP/2.0"),
    NGINX("HTTP/1.0"), // and HTTP/2 to the browser
    HAPROXY("HTTP/2.0");

    private final String protocol;

    Way(String protocol) {
      this.protocol = protocol;
    }

    String url() {
      return switch (this) {
        case HTTP1 -> demo.url("");
        case HTTP2 -> demo.secureUrl("");
        case NGINX -> nginx.secureUrl("");
        case HAPROXY -> haproxy.secureH2cUrl("");
      };
    }
  }

  @BeforeAll
  static void start() throws Exception {
    demo = DemoProcess.startWithTls(folder);
    nginx = Nginx.start(Files.createDirectory(folder.resolve("nginx")), demo.port());
    haproxy = HAProxy.start(Files.createDirectory(folder.resolve("haproxy")), demo.port());
    browser = Chromium.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.quit();
    }
    if (nginx != null) {
      nginx.stop();
    }
    if (haproxy != null) {
      haproxy.stop();
    }
    if (demo != null) {
      demo.stop();
    }
  }

  @ParameterizedTest
  @EnumSource
  void abortedFetchStopsWork(Way way) throws Exception {
    String id = "fetch-" + way;
    browser.get(way.url());
    fetch(browser, id, "/work?steps=1000&ms=50", 0);
    demo.awaitTraced(id, "working");
    abort();

    seesStopped(id);
  }

  @ParameterizedTest
  @EnumSource
  void abortedFetchStopsStream(Way way) throws Exception {
    String id = "stream-" + way;
    browser.get(way.url());
    fetch(browser, id, "/stream?count=1000&ms=20", 0);
    Poll.until(() -> browser.executeScript("return window.received"), n -> n.equals(true));
    abort();

    seesStopped(id);
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP1, 300000",
    "HTTP1, 900000",
    "HTTP2, 300000",
    "HTTP2, 900000",
    "HTTP2, 3000000",
    "NGINX, 300000"
  })
  void abortedPostThatNobodyReadsStopsWork(Way way, int bytes) throws Exception {
    String id = "post-" + way + "-" + bytes;
    browser.get(way.url());
    fetch(browser, id, "/work?steps=1000&ms=50", bytes);
    demo.awaitTraced(id, "working");
    abort();

    seesStopped(id);
  }

  @ParameterizedTest
  @EnumSource
  void abortedXhrStopsWork(Way way) throws Exception {
    String id = "xhr-" + way;
    browser.get(way.url());
    browser.executeScript(
        """
        window.xhr = new XMLHttpRequest();
        xhr.open('GET', '/work?steps=1000&ms=50');
        xhr.setRequestHeader('X-Request-Id', arguments[0]);
        xhr.send();
        """,
        id);
    demo.awaitTraced(id, "working");
    browser.executeScript("xhr.abort()");

    seesStopped(id);
  }

  @ParameterizedTest
  @EnumSource
  void closedTabStopsItsEventSource(Way way) throws Exception {
    String first = browser.getWindowHandle();
    browser.switchTo().newWindow(WindowType.TAB);
    browser.get(way.url());
    browser.executeScript(
        """
        new EventSource('/sse?count=10000&ms=10&way=' + arguments[0])
            .onmessage = () => { window.received = true; };
        """,
        way.name());
    Poll.until(() -> browser.executeScript("return window.received === true"), n -> n.equals(true));
    browser.close();
    browser.switchTo().window(first);

    String path = "/sse\\?count=10000&ms=10&way=" + way;
    demo.awaitAccess("GET " + path, way.protocol, "200 \\d+", GONE);
  }

  @ParameterizedTest
  @EnumSource
  void closedTabStopsWork(Way way) throws Exception {
    String id = "tab-" + way;
    String first = browser.getWindowHandle();
    browser.switchTo().newWindow(WindowType.TAB);
    browser.get(way.url());
    fetch(browser, id, "/work?steps=1000&ms=50", 0);
    demo.awaitTraced(id, "working");
    browser.close();
    browser.switchTo().window(first);

    seesStopped(id);
  }

  /// The back/forward cache keeps the page and its request for a while, in case the user comes
  /// back: nothing is sent that a server could hear.
  @ParameterizedTest
  @EnumSource(names = {"HTTP1", "HTTP2"})
  void leftPageThatIsKeptGoesOnUntilItsTabIsClosed(Way way) throws Exception {
    String id = "kept-" + way;
    String first = browser.getWindowHandle();
    browser.switchTo().newWindow(WindowType.TAB);
    browser.get(way.url());
    fetch(browser, id, "/work?steps=1000&ms=50", 0);
    demo.awaitTraced(id, "working");
    browser.get(demo.url("report/sessions"));

    demo.awaitGoesOn(id, 40);
    browser.close();
    browser.switchTo().window(first);
    seesStopped(id);
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP1", "HTTP2"})
  void leftPageThatAbortsWhenItIsHiddenStopsWork(Way way) throws Exception {
    String id = "hidden-" + way;
    browser.get(way.url());
    fetch(browser, id, "/work?steps=1000&ms=50", 0);
    browser.executeScript("addEventListener('pagehide', () => left.abort())");
    demo.awaitTraced(id, "working");
    browser.get(demo.url("report/sessions"));

    seesStopped(id);
  }

  @Test
  void leftPageThatIsNotKeptStopsWork() throws Exception {
    ChromeDriver forgetful = Chromium.start(folder, "--disable-features=BackForwardCache");
    try {
      for (Way way : Way.values()) {
        String id = "left-" + way;
        forgetful.get(way.url());
        fetch(forgetful, id, "/work?steps=1000&ms=50", 0);
        demo.awaitTraced(id, "working");
        forgetful.get(demo.url("report/sessions"));

        seesStopped(id);
      }
    } finally {
      forgetful.quit();
    }
  }

  /// Begins a request, a POST if it has a body.
  private static void fetch(ChromeDriver browser, String id, String path, int bytes) {
    browser.executeScript(
        """
        const [id, path, bytes] = arguments;
        window.left = new AbortController();
        window.received = false;
        fetch(path, {
          signal: left.signal,
          headers: { 'X-Request-Id': id },
          ...(bytes > 0 && { method: 'POST', body: new Uint8Array(bytes) }),
        }).then(async response => {
          await response.body.getReader().read();
          window.received = true;
        }).catch(() => {});
        """,
        id,
        path,
        bytes);
  }

  private static void abort() {
    browser.executeScript("left.abort()");
  }

  private static void seesStopped(String id) throws Exception {
    assertThat(demo.awaitTraced(id, "told").reason()).matches(GONE);
    assertThat(demo.awaitTraced(id, "stopped").reason()).matches(GONE);
  }
}
