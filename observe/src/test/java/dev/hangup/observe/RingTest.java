package dev.hangup.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Only the last few are kept.
class RingTest {
  private final Ring<Integer> ring = new Ring<>(3);

  @Test
  void keepsTheLast() {
    IntStream.rangeClosed(1, 10).forEach(ring::add);

    assertThat(ring.added()).isEqualTo(10);
    assertThat(ring.between(0, 10)).containsExactly(8, 9, 10);
    assertThat(ring.between(8, 10)).containsExactly(9, 10);
    assertThat(ring.between(7, 9)).containsExactly(8, 9);
    assertThat(ring.between(10, 10)).isEmpty();
  }

  @Test
  void isEmptyAtFirst() {
    assertThat(ring.between(0, 0)).isEmpty();
  }
}
