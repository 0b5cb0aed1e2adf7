package dev.hangup.lab;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/// Chromium: `fetch` or `XMLHttpRequest` aborted, or the tab closed.
final class ChromiumClient implements Client {
  /// It warns of a protocol that is not used here. Held, or it would be forgotten.
  private static final Logger DEVTOOLS = Logger.getLogger("org.openqa.selenium.devtools");

  private static final String FETCH =
      """
      window.left = new AbortController();
      window.answered = '';
      fetch(arguments[0], { signal: left.signal })
          .then(async response => { await response.text(); window.answered = response.status; })
          .catch(failure => { window.answered = failure.name; });
      """;
  private static final String XHR =
      """
      window.left = new XMLHttpRequest();
      window.answered = '';
      left.open('GET', arguments[0]);
      left.onloadend = () => { window.answered = left.status; };
      left.send();
      """;

  private final ChromeDriver browser;
  private final String leaving;
  private final String first;

  ChromiumClient(Experiment experiment, Path folder) throws IOException {
    DEVTOOLS.setLevel(Level.SEVERE);
    this.leaving = experiment.leaving();
    Path own = Files.createTempDirectory(folder, "chromium");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(Program.require("chromium"));
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-proxy-server",
        "--user-data-dir=" + own.resolve("profile").toAbsolutePath());
    options.addArguments(protocol(experiment, folder));
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(Path.of(Program.require("chromedriver")).toFile())
            .usingAnyFreePort()
            .withLogFile(own.resolve("chromedriver.log").toFile())
            .build();
    this.browser = new ChromeDriver(service, options);
    this.first = browser.getWindowHandle();
  }

  /// HTTP/3 without having heard of it, with whoever has the lab's certificate; or none at all.
  private static List<String> protocol(Experiment experiment, Path folder) throws IOException {
    return experiment.protocol().equals("h3")
        ? List.of(
            "--origin-to-force-quic-on=*",
            "--ignore-certificate-errors-spki-list=" + TlsFolder.keyHash(ServerKind.tls(folder)))
        : List.of("--disable-quic", "--ignore-certificate-errors");
  }

  @Override
  public Call begin(URI uri) {
    browser.switchTo().newWindow(WindowType.TAB);
    String tab = browser.getWindowHandle();
    browser.get(uri.resolve("/work/page/0").toString()); // a page of the same origin
    browser.executeScript(leaving.equals("xhr-abort") ? XHR : FETCH, uri.toString());
    return new Call() {
      @Override
      public void leave() {
        browser.switchTo().window(tab);
        if (leaving.equals("tab-closed")) {
          browser.close();
          browser.switchTo().window(first);
        } else {
          browser.executeScript("left.abort()");
        }
      }

      @Override
      public void awaitAnswer() throws IOException {
        browser.switchTo().window(tab);
        Object answered =
            browser.executeAsyncScript(
                """
                const done = arguments[arguments.length - 1];
                const ask = () => window.answered === '' ? setTimeout(ask, 20) : done(window.answered);
                ask();
                """);
        if (!Long.valueOf(200).equals(answered)) {
          throw new IOException("answered: " + answered);
        }
      }
    };
  }

  @Override
  public void close() {
    browser.manage().timeouts().scriptTimeout(Duration.ofSeconds(1));
    browser.quit();
  }
}
