package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;

/// The demo's page in a real browser.
class ChromiumIT {
  private static final String STOPPED = "Client has disconnected. Stopping task. ";

  private static DemoProcess demo;
  private static ChromeDriver browser;

  private String first;
  private int before;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    demo = DemoProcess.startWithTls(folder);
    browser = Chromium.start(folder);
  }

  /// Each test has a tab of its own, and overlooks what was traced before it.
  @BeforeEach
  void openTab() throws Exception {
    first = browser.getWindowHandle();
    browser.switchTo().newWindow(WindowType.TAB);
    before = demo.trace().size();
  }

  @AfterEach
  void closeTab() {
    if (!browser.getWindowHandle().equals(first)) {
      browser.close();
      browser.switchTo().window(first);
    }
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

  @Test
  void abortedXhrStopsWork() throws Exception {
    open();
    press("start");
    awaitWorking(1);
    press("abort");

    seesStopped();
    awaitLog("aborted");
    assertThat(browser.findElement(By.id("status")).getText()).isEqualTo("Nothing runs.");
    demo.err()
        .await(line -> line.matches(".*\"GET /work HTTP/1.1\" 499 0 .* client_(closed|reset)"));
    screenshot("page.png");
  }

  @Test
  void closedTabStopsWork() throws Exception {
    open();
    press("start");
    awaitWorking(0);
    closeTab();

    seesStopped();
  }

  @Test
  void leftPageStopsWork() throws Exception {
    open();
    press("start");
    awaitWorking(0);
    browser.get("about:blank");

    seesStopped();
  }

  @Test
  void abortedXhrOverHttp2ResetsItsStreamAlone() throws Exception {
    openSecure();
    assertThat(browser.findElement(By.id("protocol")).getText()).isEqualTo("HTTP/2");
    press("start");
    awaitWorking(1);
    press("abort");

    assertThat(awaitStopped().reason()).isEqualTo("stream_reset");
    demo.awaitAccess("GET /work", "HTTP/2.0", "499 0", "stream_reset");
    awaitLog("aborted");
    startShortWork();
    awaitLog("answered 200 over HTTP/2");
    screenshot("page-tls.png");
  }

  @Test
  void closedTabOverHttp2StopsWork() throws Exception {
    openSecure();
    press("start");
    awaitWorking(0);
    closeTab();

    assertThat(awaitStopped().reason()).matches("stream_reset|client_(closed|reset)");
  }

  private void seesStopped() throws Exception {
    demo.out().await(STOPPED + awaitStopped().n());
  }

  private TracedEvent awaitStopped() throws Exception {
    return awaitNext(event -> event.event().equals("stopped"));
  }

  private void awaitWorking(long step) throws Exception {
    awaitNext(event -> event.event().equals("working") && event.n() == step);
  }

  private TracedEvent awaitNext(Predicate<TracedEvent> fits) throws Exception {
    return Poll.until(
            () -> demo.trace().stream().skip(before).filter(fits).findFirst(),
            found -> found.isPresent())
        .orElseThrow();
  }

  @Test
  void pageShowsTheAnswerAndItsOwnAddress() throws Exception {
    open();
    assertThat(browser.findElement(By.id("protocol")).getText()).isEqualTo("HTTP/1.1");
    startShortWork();

    awaitLog("answered 200 over HTTP/1.1");
    awaitLog("Task completed successfully");
    List<String> addresses =
        browser.findElements(By.className("origin")).stream()
            .map(place -> place.getDomProperty("textContent") + "/")
            .toList();
    assertThat(addresses).isNotEmpty().containsOnly(demo.url(""));
  }

  private void open() {
    browser.get(demo.url(""));
  }

  private void openSecure() {
    browser.get(demo.secureUrl("").replace("127.0.0.1", "localhost"));
  }

  private void startShortWork() {
    browser.executeScript(
        "document.getElementById('experiment').options[0].value = '/work?steps=1&ms=1'");
    press("start");
  }

  private void press(String button) {
    browser.findElement(By.id(button)).click();
  }

  private void awaitLog(String text) throws Exception {
    Poll.until(() -> browser.findElement(By.id("log")).getText(), log -> log.contains(text));
  }

  /// For people to look at: target/screenshots.
  private void screenshot(String name) throws Exception {
    browser.manage().window().setSize(new Dimension(1000, 1300));
    Path folder = Path.of(System.getProperty("hangup.demo.jar")).resolveSibling("screenshots");
    Files.createDirectories(folder);
    Files.write(folder.resolve(name), browser.getScreenshotAs(OutputType.BYTES));
  }
}
