package dev.hangup.demo;

import dev.hangup.testkit.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    List<String> own = new ArrayList<>(List.of("--ignore-certificate-errors", "--disable-quic"));
    own.addAll(List.of(more));
    return launch(folder, own);
  }

  /// Starts one that speaks HTTP/3 with `localhost`, without having heard of it, and takes the
  /// demo's certificate and no other.
  static ChromeDriver startHttp3(Path folder, int port) throws Exception {
    return launch(
        folder,
        List.of(
            "--origin-to-force-quic-on=localhost:" + port,
            "--host-resolver-rules=MAP localhost 127.0.0.1",
            "--ignore-certificate-errors-spki-list=" + DemoCertificate.keyHash()));
  }

  private static ChromeDriver launch(Path folder, List<String> more) throws Exception {
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
