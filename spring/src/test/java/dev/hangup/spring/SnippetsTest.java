package dev.hangup.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelPolicy;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.method.HandlerMethod;

/// The code in the documentation, run.
class SnippetsTest {
  // @start region="annotations"
  @RestController
  @Cancellable // also its POST: a search changes nothing
  static class SearchController {
    @PostMapping("/search")
    String search() {
      return "found";
    }

    @Cancellable(policy = CancelPolicy.SIGNAL) // told, but never interrupted
    @GetMapping("/export")
    String export() {
      return "exported";
    }

    @Uncancellable // to its end, whether or not somebody waits
    @GetMapping("/refresh")
    String refresh() {
      return "refreshed";
    }
  }

  // @end

  @Test
  void nearestAnnotationWins() throws Exception {
    assertThat(policy("search")).isEqualTo(CancelPolicy.INTERRUPT);
    assertThat(policy("export")).isEqualTo(CancelPolicy.SIGNAL);
    assertThat(policy("refresh")).isEqualTo(CancelPolicy.FINISH);
  }

  private static CancelPolicy policy(String method) throws Exception {
    HandlerMethod handler =
        new HandlerMethod(new SearchController(), SearchController.class.getDeclaredMethod(method));
    return new Policies(java.util.Map.of("post", CancelPolicy.FINISH)).chosen("POST", handler);
  }
}
