package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What docs/limits.md and the javadoc of [ServerOptions] say of each option is so.
class LimitsTest {
  private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `(\\w+)` \\| ([^|]+) \\|.*$");
  private static final Pattern JAVADOC =
      Pattern.compile("(?m)^/// \\| (\\w+) \\| `?([^|`]+)`? \\| .* \\|$");

  private static final Pattern TEST = Pattern.compile("`(\\w+Test)#(\\w+)`");

  /// The options that are made of two values.
  private static final String PART_OF_ANOTHER = "tlsPort";

  @Test
  void tableSaysWhatTheDefaultsAre() throws Exception {
    assertThat(rows(DOCUMENTED, "docs/limits.md")).containsExactlyInAnyOrderEntriesOf(defaults());
  }

  @Test
  void javadocSaysWhatTheDefaultsAre() throws Exception {
    Map<String, String> said =
        rows(JAVADOC, "server/src/main/java/dev/hangup/server/ServerOptions.java");
    said.remove("option");
    said.replace("ioThreads", "half the cores, at least 1", "half the cores");
    assertThat(said).containsExactlyInAnyOrderEntriesOf(defaults());
  }

  @Test
  void testsThatAreNamedExist() throws Exception {
    Matcher named = TEST.matcher(Files.readString(file("docs/limits.md")));
    int count = 0;
    for (; named.find(); count++) {
      assertThat(Class.forName(getClass().getPackageName() + "." + named.group(1)))
          .satisfies(test ->
              assertThat(test.getDeclaredMethods())
                  .extracting(Method::getName)
                  .contains(named.group(2)));
    }
    assertThat(count).isGreaterThan(15);
  }

  private static Path file(String name) {
    return Path.of(System.getProperty("hangup.root", "..")).resolve(name);
  }

  private static Map<String, String> rows(Pattern row, String name) throws IOException {
    Map<String, String> rows = new LinkedHashMap<>();
    Matcher found = row.matcher(Files.readString(file(name)));
    while (found.find()) {
      rows.put(found.group(1), found.group(2));
    }
    return rows;
  }

  private static Map<String, String> defaults() throws IllegalAccessException {
    Map<String, String> defaults = new LinkedHashMap<>();
    OptionValues values = new OptionValues();
    for (Field field : OptionValues.class.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers()) && !field.getName().equals(PART_OF_ANOTHER)) {
        defaults.put(field.getName(), text(field.getName(), field.get(values)));
      }
    }
    return defaults;
  }

  private static String text(String name, Object value) {
    return switch (value) {
      case null -> "none";
      case Boolean on -> on ? "on" : "off";
      case Duration time -> text(time);
      case Number number when name.equals("minDataRate") ->
          grouped(number.longValue()) + " bytes/s";
      case Number number when name.endsWith("Bytes") -> bytes(number.longValue());
      case Number _ when name.equals("ioThreads") -> "half the cores"; // of this machine
      case Number port when name.equals("port") -> port.toString();
      case Number number -> grouped(number.longValue());
      default -> value.toString();
    };
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String bytes(long number) {
    return number % (1 << 20) == 0 ? (number >> 20) + " MiB" : (number >> 10) + " KiB";
  }

  private static String text(Duration time) {
    if (time.toMillis() % 1_000 != 0) {
      return time.toMillis() + " ms";
    }
    return time.toSeconds() % 3_600 == 0 ? time.toHours() + " h" : time.toSeconds() + " s";
  }
}
