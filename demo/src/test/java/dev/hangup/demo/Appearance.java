package dev.hangup.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;

/// How a page looks, to people and to axe-core.
///
/// @param width of the window, in CSS pixels
/// @param height of the window
/// @param scheme `light` or `dark`
record Appearance(int width, int height, String scheme) {

  /// Takes a picture for people to look at, in target/screenshots, and lets axe-core look for what
  /// keeps people out.
  void look(ChromeDriver browser, String name) throws IOException {
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    assertThat((List<?>) faults(browser)).as(name).isEmpty();
    assertThat((Boolean) browser.executeScript("return document.body.scrollWidth <= innerWidth"))
        .as(name + " fits its width")
        .isTrue();
    browser.executeScript("scrollTo(0, 0)");
    Path shots = Path.of(System.getProperty("hangup.demo.jar")).resolveSibling("screenshots");
    Files.createDirectories(shots);
    Files.write(shots.resolve(name), browser.getScreenshotAs(OutputType.BYTES));
  }

  private static Object faults(ChromeDriver browser) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(Appearance.class.getResourceAsStream("/axe.min.js"))) {
      browser.executeScript(new String(in.readAllBytes(), UTF_8));
    }
    return browser.executeAsyncScript(
        """
        const tell = arguments[0];
        axe.run().then(found => tell(found.violations
          .filter(fault => ['serious', 'critical', 'moderate'].includes(fault.impact))
          .map(fault => fault.id + ': ' + fault.nodes.map(node => node.html).join(', '))),
          failure => tell(['axe: ' + failure]));
        """);
  }
}
