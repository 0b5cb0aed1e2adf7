package dev.hangup.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SwitchedOffTest {
  @ParameterizedTest
  @EnumSource
  void nothingOfItIsThere(Application.Engine engine) {
    try (Application application = Application.start(engine, List.of(), "hangup.enabled=false")) {
      assertThat(application.context().getBeanDefinitionNames())
          .noneMatch(name -> name.startsWith("hangUp"));
    }
  }

  @Test
  void clientsAreLeftAlone() {
    try (Application application =
        Application.start(
            Application.Engine.TOMCAT,
            List.of(),
            "hangup.rest-client.enabled=false",
            "hangup.web-client.enabled=false")) {
      assertThat(application.context().getBeanDefinitionNames())
          .contains("hangUps")
          .doesNotContain("hangUpRequests", "hangUpExchanges");
    }
  }
}
