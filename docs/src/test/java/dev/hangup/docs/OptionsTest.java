package dev.hangup.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelScope;
import dev.hangup.server.ReverseProxyOptions;
import dev.hangup.server.RouteOptions;
import dev.hangup.server.ServerEvents;
import dev.hangup.server.ServerOptions;
import dev.hangup.servlet.HangUpOptions;
import dev.hangup.watch.SocketWatch;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// docs/reference/options.md says what there is to choose, and what holds if nobody does.
class OptionsTest {
  private static final String DOCUMENT = "docs/reference/options.md";

  /// What the code says by a lambda, or by the lack of a value.
  private static final Map<String, String> SAID =
      Map.ofEntries(
          Map.entry("HangUpOptions.withPolicy", "`CancelPolicy.forMethod`"),
          Map.entry("HangUpOptions.withStopListener", "none"),
          Map.entry("ServerOptions.withIoThreads", "half the cores"),
          Map.entry("ServerOptions.withMinDataRate", "1,024 bytes/s"),
          Map.entry("ReverseProxyOptions.withTls", "the JDK's"),
          Map.entry("RouteOptions.withTimeout", "none"),
          Map.entry("CancelScope.Options.withDeadline", "the parent's"),
          Map.entry("CancelScope.Options.withTimeout", "the parent's"),
          Map.entry("CancelScope.Options.withGrace", "the parent's, else 250 ms"),
          Map.entry("CancelScope.Options.withInterrupts", "the parent's, else yes"),
          Map.entry("CancelScope.Options.withWitness", "the parent's"),
          Map.entry("CancelScope.Options.withStragglerListener", "the parent's"));

  private static final Pattern PROPERTY =
      Pattern.compile(
          "\"name\": \"(hangup[\\w.-]+)\",\\s*\"type\": \"([^\"]+)\",\\s*\"description\":"
              + " \"([^\"]+)\"(?:,\\s*\"defaultValue\": \"?([^\"\\s}]+)\"?)?");

  static Stream<Class<?>> options() {
    return Stream.of(
        ServerOptions.class,
        RouteOptions.class,
        ServerEvents.Options.class,
        ReverseProxyOptions.class,
        HangUpOptions.class,
        CancelScope.Options.class,
        SocketWatch.Options.class);
  }

  @ParameterizedTest
  @MethodSource("options")
  void tableHasEveryOptionWithItsDefault(Class<?> type) {
    List<String> expected =
        Arrays.stream(type.getMethods())
            .filter(method -> method.getName().startsWith("with"))
            .map(method -> begin(type, method))
            .sorted()
            .toList();
    List<String> there =
        Table.rows(DOCUMENT, name(type)).stream()
            .map(row -> row.replaceFirst("^((\\|[^|]*){2}\\|).*", "$1"))
            .sorted()
            .toList();
    assertThat(there)
        .as("%s, the table under %s: what its rows begin with", DOCUMENT, name(type))
        .isEqualTo(expected);
  }

  private static String begin(Class<?> type, Method method) {
    String arguments =
        Arrays.stream(method.getParameterTypes())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(", "));
    return Table.row("`" + method.getName() + "(" + arguments + ")`", byDefault(type, method));
  }

  private static String byDefault(Class<?> type, Method method) {
    String said = SAID.get(name(type) + "." + method.getName());
    if (said != null) {
      return said;
    }
    String field = method.getName().substring("with".length());
    field = field.substring(0, 1).toLowerCase(Locale.ROOT) + field.substring(1);
    return text(field, value(defaults(type), field));
  }

  private static Object defaults(Class<?> type) {
    return Arrays.stream(type.getDeclaredFields())
        .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == type)
        .findFirst()
        .map(field -> value(null, field))
        .orElseThrow(() -> new AssertionError(type + ": no static field has its defaults"));
  }

  private static Object value(Object of, String name) {
    for (Field field : of.getClass().getDeclaredFields()) {
      if (field.getName().equals(name)) {
        return value(of, field);
      }
      if (field.getName().equals("values")) {
        return value(value(of, field), name);
      }
    }
    throw new AssertionError(
        of.getClass() + ": no field " + name + "; say its default in OptionsTest.SAID");
  }

  private static Object value(Object of, Field field) {
    try {
      field.setAccessible(true);
      return field.get(of);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static String name(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return outer == null
        ? type.getSimpleName()
        : outer.getSimpleName() + "." + type.getSimpleName();
  }

  private static String text(String name, Object value) {
    return switch (value) {
      case null -> "none";
      case Boolean on -> on ? "yes" : "no";
      case Duration time when time.toMillis() % 1_000 != 0 -> time.toMillis() + " ms";
      case Duration time when time.toSeconds() % 3_600 != 0 -> time.toSeconds() + " s";
      case Duration time -> time.toHours() + " h";
      case Number number when name.endsWith("Bytes") -> bytes(number.longValue());
      case Number number when name.equals("port") -> number.toString();
      case Number number -> String.format(Locale.ROOT, "%,d", number.longValue());
      default -> "`" + value + "`";
    };
  }

  private static String bytes(long number) {
    return number % (1 << 20) == 0 ? (number >> 20) + " MiB" : (number >> 10) + " KiB";
  }

  @Test
  void tableHasEveryPropertyOfSpring() {
    List<String> expected =
        PROPERTY
            .matcher(
                Documents.read(
                    "spring/src/main/resources/META-INF/spring-configuration-metadata.json"))
            .results()
            .map(OptionsTest::property)
            .toList();
    assertThat(expected).hasSizeGreaterThan(5);
    assertThat(Table.rows(DOCUMENT, "Spring Boot"))
        .as(DOCUMENT + ", the table under Spring Boot")
        .containsExactlyElementsOf(expected);
  }

  private static String property(MatchResult property) {
    String type = property.group(2).replaceAll("[\\w.]+\\.(\\w+)", "$1").replace(",", ", ");
    String value = property.group(4) == null ? "" : property.group(4);
    return Table.row("`" + property.group(1) + "`", "`" + type + "`", value, property.group(3));
  }
}
