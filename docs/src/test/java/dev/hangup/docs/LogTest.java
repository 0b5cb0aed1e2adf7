package dev.hangup.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.Deadline;
import dev.hangup.server.AccessEntry;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// docs/reference/log.md says what the code logs.
class LogTest {
  private static final String DOCUMENT = "docs/reference/log.md";
  private static final Pattern PUBLISHED =
      Pattern.compile("(?!demo/|bench/)[\\w/-]+/src/main/java/.*\\.java");
  private static final Pattern LOGGED =
      Pattern.compile("(?s)\\.log\\(\\s*[\\w.]*Level\\.(\\w+),\\s*(?:\\(\\) ->\\s*)?(.*?)\\);");
  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

  private static final List<CancelReason> REASONS =
      List.of(
          new CancelReason.ClientClosed(),
          new CancelReason.ClientReset(),
          new CancelReason.StreamReset(8),
          new CancelReason.PeerVanished(Duration.ofSeconds(10)),
          new CancelReason.WriteFailed("Broken pipe"),
          new CancelReason.DeadlineExceeded(Deadline.after(Duration.ZERO)),
          new CancelReason.ServerStopping(),
          new CancelReason.SiblingFailed(new IllegalStateException()),
          new CancelReason.Application("lost the race"));

  @Test
  void exampleIsWhatTheAccessLogPrints() {
    AccessEntry entry =
        new AccessEntry(
            "127.0.0.1",
            ZonedDateTime.of(2026, 11, 20, 15, 13, 33, 0, ZoneOffset.UTC),
            "GET",
            "/work",
            "HTTP/1.1",
            499,
            0,
            Duration.ofMillis(2003).plusNanos(114_000),
            Optional.of(new CancelReason.ClientClosed()));
    assertThat(Block.of(Documents.root().resolve(DOCUMENT)))
        .extracting(Block::text)
        .contains(entry + "\n");
  }

  @Test
  void tableHasEveryFieldOfTheAccessLog() {
    assertThat(first("Access log"))
        .containsExactlyElementsOf(
            Arrays.stream(AccessEntry.class.getRecordComponents())
                .map(RecordComponent::getName)
                .toList());
  }

  @Test
  void tableHasEveryReason() {
    assertThat(REASONS)
        .extracting(Object::getClass)
        .containsExactlyInAnyOrder(CancelReason.class.getPermittedSubclasses());
    assertThat(REASONS.stream().filter(CancelReason::isHangUp).toList())
        .as("the first five are hang-ups")
        .isEqualTo(REASONS.subList(0, 5));
    assertThat(first("Reasons"))
        .containsExactlyElementsOf(REASONS.stream().map(CancelReason::code).toList());
  }

  @Test
  void tableHasEveryMessage() {
    Set<String> logged = new TreeSet<>();
    for (Path source : Documents.files(name -> PUBLISHED.matcher(name).matches())) {
      Matcher call = LOGGED.matcher(Documents.read(source));
      while (call.find()) {
        message(call.group(2))
            .filter(_ -> !call.group(1).equals("DEBUG"))
            .ifPresent(message -> logged.add(Table.row(call.group(1), "`" + message + "`")));
      }
    }
    assertThat(logged).hasSizeGreaterThan(10);
    assertThat(Table.rows(DOCUMENT, "Messages"))
        .as(DOCUMENT + ", the table under Messages: what its rows begin with")
        .extracting(row -> row.replaceFirst("^((\\|[^|]*){2}\\|).*", "$1"))
        .containsExactlyInAnyOrderElementsOf(logged);
  }

  /// What is literal in an expression, and … for the rest; nothing where nothing is.
  private static Optional<String> message(String expression) {
    StringBuilder message = new StringBuilder();
    Matcher literal = LITERAL.matcher(expression);
    int end = 0;
    while (literal.find()) {
      String between = expression.substring(end, literal.start()).replaceAll("[+\\s]", "");
      message.append(between.isEmpty() ? "" : "…").append(literal.group(1));
      end = literal.end();
    }
    if (end == 0) {
      return Optional.empty();
    }
    boolean goesOn = expression.substring(end).strip().startsWith("+");
    return Optional.of((message + (goesOn ? "…" : "")).replaceAll("\\{\\d}", "…"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Cancelled", "Straggler"})
  void tableHasEveryFieldOfTheEvent(String event) throws ClassNotFoundException {
    Class<?> type = Class.forName("dev.hangup." + event + "Event");
    assertThat(first("dev.hangup." + event))
        .containsExactlyElementsOf(
            Stream.of(type.getDeclaredFields())
                .filter(field -> !Modifier.isStatic(field.getModifiers()) && !field.isSynthetic())
                .map(java.lang.reflect.Field::getName)
                .toList());
  }

  /// What the rows of a table begin with, which is code.
  private static List<String> first(String heading) {
    return Table.rows(DOCUMENT, heading).stream()
        .map(row -> row.replaceFirst("^\\| `([^`]+)` \\|.*", "$1"))
        .toList();
  }
}
