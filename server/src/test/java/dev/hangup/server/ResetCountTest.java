package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ResetCountTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  @Test
  void oneMoreThanAllowedIsTooMany() {
    long now = Long.MAX_VALUE - 10 * SECOND; // a clock that passes its end
    ResetCount resets = new ResetCount();
    assertThat(resets.isTooMany(2, now)).isFalse();
    assertThat(resets.isTooMany(2, now + 20 * SECOND)).isFalse();
    assertThat(resets.isTooMany(2, now + 30 * SECOND)).isTrue();
    assertThat(resets.isTooMany(2, now + 31 * SECOND)).isFalse();
    assertThat(resets.isTooMany(2, now + 31 * SECOND)).isFalse();
    assertThat(resets.isTooMany(2, now + 31 * SECOND)).isTrue();
  }
}
