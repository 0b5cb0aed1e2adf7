package dev.hangup.demo;

import dev.hangup.testkit.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/// A real browser.
final class Chromium {
  /// It warns of a protocol that is not used here. Held, or it would be forgotten.
  private static final Logger DEVTOOLS = Logger.getLogger("org.openqa.selenium.devtools");

  private Chromium() {}

  /// Starts one that takes any certificate, with a new profile; the folder keeps profile and log.
  static ChromeDriver start(Path folder, String... more) throws Exception {
    DEVTOOLS.setLevel(Level.SEVERE);
    Path own = Files.createTempDirectory(folder, "chromium");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(Tools.require("chromium").toFile());
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
        "--ignore-certificate-errors",
        "--disable-quic",
        "--user-data-dir=" + own.resolve("profile"));
    options.addArguments(more);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(Tools.require("chromedriver").toFile())
            .usingAnyFreePort()
            .withLogFile(own.resolve("chromedriver.log").toFile())
            .build();
    return new ChromeDriver(service, options);
  }
}
