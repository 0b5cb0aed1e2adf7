package dev.hangup.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hangup.CancelPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PropertiesTest {
  private static final String METADATA = "/META-INF/spring-configuration-metadata.json";

  @Test
  void everyPropertyIsDescribedWithItsTypeAndDefault() throws IOException {
    Map<String, String> described = new TreeMap<>();
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(METADATA))) {
      for (JsonNode property : JsonMapper.shared().readTree(in).get("properties")) {
        assertThat(property.get("description").asString()).endsWith(".");
        String name = property.get("name").asString();
        if (name.startsWith("hangup.")) { // the others are the Actuator's, of our endpoints
          String value = property.path("defaultValue").asString("");
          described.put(name, property.get("type").asString() + " " + value);
        }
      }
    }
    Map<String, String> there = new TreeMap<>();
    list("hangup.", HangUpProperties.class, there);
    assertThat(described).isEqualTo(there);
  }

  private static void list(String prefix, Class<?> record, Map<String, String> there) {
    for (RecordComponent component : record.getRecordComponents()) {
      String name = prefix + dashed(component.getName());
      if (component.getType().isRecord()) {
        list(name + ".", component.getType(), there);
      } else {
        there.put(name, type(component) + " " + value(component));
      }
    }
  }

  private static String dashed(String name) {
    return name.replaceAll("[A-Z]", "-$0").toLowerCase(java.util.Locale.ROOT);
  }

  private static String type(RecordComponent component) {
    String type = component.getGenericType().getTypeName().replace(" ", "");
    return switch (type) {
      case "boolean" -> "java.lang.Boolean";
      case "int" -> "java.lang.Integer";
      default -> type;
    };
  }

  private static String value(RecordComponent component) {
    return Stream.of(component.getDeclaringRecord().getDeclaredConstructors()[0].getParameters())
        .filter(parameter -> parameter.getName().equals(component.getName()))
        .map(parameter -> String.join("", parameter.getAnnotation(DefaultValue.class).value()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void policiesAreBoundByMethod() {
    HangUpProperties properties = bind(Map.of("hangup.policies.post", "interrupt"));

    assertThat(new Policies(properties.policies()).of("POST")).isEqualTo(CancelPolicy.INTERRUPT);
    assertThat(new Policies(properties.policies()).of("PUT")).isEqualTo(CancelPolicy.FINISH);
    assertThat(properties.patience()).isEqualTo(Duration.ofMillis(10));
  }

  @ParameterizedTest
  @CsvSource({
    "hangup.patience, -1ms, hangup.patience: PT-0.001S (expected: zero or more)",
    "hangup.grace, -1s, hangup.grace: PT-1S (expected: zero or more)",
    "hangup.max-deadline, -1s, hangup.max-deadline: PT-1S (expected: zero or more)",
    "hangup.history, -1, hangup.history: -1 (expected: 0 or more)"
  })
  void valueThatMakesNoSenseIsNamed(String name, String value, String message) {
    assertThatThrownBy(() -> bind(Map.of(name, value))).hasRootCauseMessage(message);
  }

  private static HangUpProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("hangup", HangUpProperties.class);
  }
}
