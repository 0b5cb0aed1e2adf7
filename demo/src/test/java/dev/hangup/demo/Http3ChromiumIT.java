package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;

/// The packaged demo, and a real browser that comes by HTTP/3.
class Http3ChromiumIT {
  private static final String WORK = "/work?steps=1000&ms=50";

  private static DemoProcess demo;
  private static ChromeDriver browser;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    demo = DemoProcess.startWithTls(folder);
    browser = Chromium.startHttp3(folder, demo.http3Port());
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.quit();
    }
    if (demo != null) {
      demo.stop();
    }
  }

  private static void open() {
    browser.get("https://localhost:" + demo.http3Port() + "/");
    assertThat(
            browser.executeScript(
                "return performance.getEntriesByType('navigation')[0].nextHopProtocol"))
        .isEqualTo("h3");
    assertThat(browser.findElement(By.id("protocol")).getText()).isEqualTo("HTTP/3");
  }

  @Test
  void abortedFetchStopsWorkAlone() throws Exception {
    open();
    fetch("fetch", 0);
    fetch("sibling", 0);
    demo.awaitTraced("fetch", "working");
    demo.awaitTraced("sibling", "working");
    browser.executeScript("window.fetch_fetch.abort()");

    seesStopped("fetch");
    demo.awaitGoesOn("sibling", 5);
    browser.executeScript("window.fetch_sibling.abort()");
    seesStopped("sibling");
    demo.awaitAccess("GET " + WORK.replace("?", "\\?"), "HTTP/3", "499 0", "stream_reset");
  }

  @Test
  void abortedPostThatNobodyReadsStopsWork() throws Exception {
    open();
    fetch("post", 300_000);
    demo.awaitTraced("post", "working");
    browser.executeScript("window.fetch_post.abort()");

    seesStopped("post");
  }

  @Test
  void abortedXhrStopsWork() throws Exception {
    open();
    browser.executeScript(
        """
        window.xhr = new XMLHttpRequest();
        xhr.open('GET', arguments[0]);
        xhr.setRequestHeader('X-Request-Id', 'xhr');
        xhr.send();
        """,
        WORK);
    demo.awaitTraced("xhr", "working");
    browser.executeScript("xhr.abort()");

    seesStopped("xhr");
  }

  @Test
  void closedTabStopsWork() throws Exception {
    String first = browser.getWindowHandle();
    browser.switchTo().newWindow(WindowType.TAB);
    open();
    fetch("tab", 0);
    demo.awaitTraced("tab", "working");
    browser.close();
    browser.switchTo().window(first);

    seesStopped("tab");
  }

  /// Begins a request, a POST if it has a body.
  private static void fetch(String id, int bytes) {
    browser.executeScript(
        """
        const [id, path, bytes] = arguments;
        const control = window['fetch_' + id] = new AbortController();
        fetch(path, {
          signal: control.signal,
          headers: { 'X-Request-Id': id },
          ...(bytes > 0 && { method: 'POST', body: new Uint8Array(bytes) }),
        }).catch(() => {});
        """,
        id,
        WORK,
        bytes);
  }

  private static void seesStopped(String id) throws Exception {
    assertThat(demo.awaitTraced(id, "told").reason()).isEqualTo("stream_reset");
    assertThat(demo.awaitTraced(id, "stopped").reason()).isEqualTo("stream_reset");
  }
}
