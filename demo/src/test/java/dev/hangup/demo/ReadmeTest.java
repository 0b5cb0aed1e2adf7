package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The README's commands are those of the launcher.
class ReadmeTest {
  private static final Pattern FENCED = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
  private static final Pattern COMMAND = Pattern.compile("\\./hangup +([a-z]+)");
  private static final Pattern LISTED = Pattern.compile("(?m)^  ([a-z]+) ");

  @Test
  void showsTheTwoCommands() throws Exception {
    String shown = String.join("", groups(FENCED, readme()));

    assertThat(shown.lines()).containsExactly("./hangup demo", "./hangup test");
  }

  @Test
  void namesOnlyCommandsThatThereAre() throws Exception {
    assertThat(groups(COMMAND, readme())).isNotEmpty().isSubsetOf(groups(LISTED, help()));
  }

  private static String readme() throws Exception {
    return Files.readString(root().resolve("README.md"));
  }

  private static String help() throws Exception {
    Process launcher =
        new ProcessBuilder(root().resolve("hangup").toString(), "help")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String help = new String(launcher.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(launcher.waitFor()).isZero();
    return help;
  }

  private static List<String> groups(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
  }

  private static Path root() throws Exception {
    return Path.of(System.getProperty("hangup.root")).toRealPath();
  }
}
