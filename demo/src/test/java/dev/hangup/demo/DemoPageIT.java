package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;

/// The panels of the demo's page in a real browser, and whether what they show is what was so.
class DemoPageIT {
  /// More by hand: -Dhangup.demo.rounds=20
  private static final int ROUNDS = Integer.getInteger("hangup.demo.rounds", 3);

  private static DemoProcess demo;
  private static ChromeDriver browser;

  private String first;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    demo = DemoProcess.start(folder);
    browser = Chromium.start(folder);
    browser.manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
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

  /// Each test has a tab of its own.
  @BeforeEach
  void openTab() {
    first = browser.getWindowHandle();
    browser.switchTo().newWindow(WindowType.TAB);
  }

  @AfterEach
  void closeTab() {
    if (!browser.getWindowHandle().equals(first)) {
      browser.close();
      browser.switchTo().window(first);
    }
  }

  @Test
  void tenLettersCostTheDatabaseOneQuery() throws Exception {
    browser.get(demo.url(""));
    String word = "concurrent";
    long before = searches("started");
    long stopped = searches("stopped");
    double counted = cancelledSearches();
    for (int i = 0; i < word.length(); i++) {
      boolean last = i == word.length() - 1;
      // Nine for many minutes, if they are let
      rounds(last ? 10 : 100_000);
      find("query").sendKeys(word.substring(i, i + 1));
      long begun = before + i + 1;
      Poll.until(() -> searches("started"), n -> n == begun);
    }

    awaitText("search-completed", "1"::equals);
    awaitText("search-stopped", "9"::equals);
    assertThat(find("search-sent").getText()).isEqualTo("10");
    assertThat(find("found").getText()).contains("java.util.concurrent.");
    awaitText("search-status", status -> status.contains("over HTTP/1.1"));
    assertThat(searches("stopped")).isEqualTo(stopped + 9);
    Poll.until(() -> Curl.run(demo.url("report/sessions")), "[]"::equals);
    assertThat(cancelledSearches()).isEqualTo(counted + 9);
  }

  private static double cancelledSearches() throws Exception {
    Pattern line =
        Pattern.compile("http_server_cancellations_total\\{.*route=\"/search\".*} (\\S+)");
    return Curl.run(demo.url("metrics"))
        .lines()
        .map(line::matcher)
        .filter(Matcher::matches)
        .mapToDouble(found -> Double.parseDouble(found.group(1)))
        .sum();
  }

  /// How many of the pages' requests have told this: searches, while nothing else is asked.
  private static long searches(String event) throws Exception {
    return demo.trace().stream()
        .filter(e -> e.id().matches("page-\\w+\\.\\d+") && e.event().equals(event))
        .count();
  }

  @Test
  void stopEndsTheTokens() throws Exception {
    browser.get(demo.url(""));
    askFor("chat", "chat?tokens=100000&ms=50");
    press("chat", "start");
    awaitText("chat-read", text -> Integer.parseInt(text) >= 5);
    press("chat", "stop");

    String after = awaitText("chat-after", text -> !text.equals("–"));
    System.out.println("chat: " + after + " tokens made after Stop");
    String upstream =
        Poll.until(
            () -> Curl.run(demo.url("chat/upstream")), text -> text.contains("\"running\":0"));
    int generated = Integer.parseInt(upstream.replaceAll(".*\"generated\":(\\d+).*", "$1"));
    assertThat(generated).isBetween(Integer.parseInt(find("chat-made").getText()), 99_999);
    awaitStatus("chat", "The work stopped .* after the server knew: client_(closed|reset)");
  }

  @Test
  void cancelledDownloadIsNotWrittenToItsEnd() throws Exception {
    browser.get(demo.url(""));
    askFor("download", "download?wait=0&mb=10000&ms=100");
    press("download", "start");
    awaitText("download-read", text -> mib(text) >= 2);
    press("download", "stop");

    String written = awaitText("download-written", text -> !text.equals("–"));
    assertThat(mib(written)).isBetween(2.0, 9_999.0);
    awaitStatus("download", "The work stopped .*");
  }

  private static double mib(String text) {
    return Double.parseDouble(text.replace(" MiB", ""));
  }

  @Test
  void cancelledFanOutIsHeardByWhoStillWorks() throws Exception {
    browser.get(demo.url(""));
    askFor("fan-out", "fan-out?price=100&stock=600000&reviews=600000");
    press("fan-out", "start");
    awaitText("service-price", text -> text.startsWith("answered after"));
    press("fan-out", "stop");

    awaitText("service-reviews", text -> text.startsWith("heard it, and stopped after"));
    awaitStatus("fan-out", "The work stopped .*");
  }

  @Test
  void closedTabIsShownByTheLivePageInAnother() throws Exception {
    browser.get(demo.url("hangup"));
    List<Long> delays = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      long left = closeChattingTab();
      Object shown = Poll.until(() -> browser.executeScript("return shownAt"), at -> at != null);
      delays.add((Long) shown - left);
      System.out.println(
          "a closed tab: told after %d ms, shown after %d ms"
              .formatted(chatTold() - left, delays.getLast()));
    }
    delays.sort(null);
    assertThat(delays.get(ROUNDS / 2)).isLessThan(20_000);
    assertThat(find("hang-ups").getText()).contains("GET /chat");
  }

  /// In a tab beside the current one, which has the live page.
  private static long closeChattingTab() throws Exception {
    String live = browser.getWindowHandle();
    browser.switchTo().newWindow(WindowType.TAB);
    String chatting = browser.getWindowHandle();
    browser.get(demo.url(""));
    askFor("chat", "chat?tokens=100000&ms=50");
    press("chat", "start");
    awaitText("chat-read", text -> !text.equals("0"));
    browser.switchTo().window(live);
    awaitText("flights", text -> text.contains("GET /chat"));
    browser.executeScript(
        """
        const body = document.getElementById('hang-ups');
        const chats = () => [...body.rows].filter(row => row.textContent.includes('/chat')).length;
        const before = chats();
        window.shownAt = null;
        window.watch?.disconnect();
        window.watch = new MutationObserver(() => { if (chats() > before) shownAt ??= Date.now(); });
        watch.observe(body, {childList: true});
        """);
    browser.switchTo().window(chatting);
    long left = System.currentTimeMillis();
    browser.close();
    browser.switchTo().window(live);
    return left;
  }

  /// When the chat that was given up last was told, in milliseconds since the epoch.
  private static long chatTold() throws Exception {
    return demo.trace().stream()
            .filter(e -> e.id().matches("page-\\w+\\.\\d+") && e.event().equals("told"))
            .mapToLong(TracedEvent::at)
            .max()
            .orElseThrow()
        / 1_000;
  }

  @Test
  void pageIsLegible() throws Exception {
    browser.manage().window().setSize(new Dimension(1440, 1000));
    browser.get(demo.url(""));
    press("deaf", "start");
    awaitStatus("deaf", "The server works on it.");
    press("deaf", "stop");
    press("chat", "start");
    press("download", "start");
    press("fan-out", "start");
    awaitText("service-price", text -> text.startsWith("answered after"));
    press("fan-out", "stop");
    press("chat", "stop");
    press("download", "stop");
    rounds(200);
    "stream".chars().forEach(letter -> find("query").sendKeys(Character.toString(letter)));
    awaitText("search-completed", text -> !text.equals("0"));
    awaitText("deaf-on", text -> !text.equals("–"));
    browser.switchTo().frame(browser.findElement(By.tagName("iframe")));
    awaitText("stragglers", text -> text.contains("GET /deaf"));
    assertThat(find("stragglers").getDomProperty("textContent")).contains("dev.hangup.demo.Deaf");
    browser.switchTo().defaultContent();

    new Appearance(1440, 1700, "light").look(browser, "page-light.png");
    new Appearance(1440, 1700, "dark").look(browser, "page-dark.png");
    new Appearance(390, 2900, "light").look(browser, "page-narrow.png");
    awaitStatus("deaf", "It has returned at last.*");
  }

  /// How long a search takes.
  private static void rounds(int rounds) {
    browser.executeScript("document.getElementById('query').dataset.rounds = arguments[0]", rounds);
  }

  /// What a panel begins: what takes longer than any driver stalls.
  private static void askFor(String panel, String path) {
    browser.executeScript(
        "document.getElementById(arguments[0]).dataset.path = arguments[1]", panel, path);
  }

  private static WebElement find(String id) {
    return browser.findElement(By.id(id));
  }

  private static void press(String panel, String button) {
    find(panel).findElement(By.className(button)).click();
  }

  private static String awaitText(String id, Predicate<String> fits) throws Exception {
    return Poll.until(() -> find(id).getText(), fits);
  }

  private static void awaitStatus(String panel, String pattern) throws Exception {
    Poll.until(
        () -> find(panel).findElement(By.className("status")).getText(),
        Pattern.compile(pattern).asPredicate());
  }
}
