package dev.hangup.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class EpollEventTest {
  @Test
  void packedOnX8664Alone() {
    assertThat(EpollEvent.of("amd64")).isEqualTo(new EpollEvent(12, 4));
    assertThat(EpollEvent.of("aarch64")).isEqualTo(new EpollEvent(16, 8));
  }

  @Test
  void eventsOfAnArrayAreApart() {
    for (EpollEvent layout : new EpollEvent[] {EpollEvent.X86_64, EpollEvent.ALIGNED}) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment memory = arena.allocate(3L * layout.size());
        layout.write(memory, 1, 0x2018, -2);
        layout.write(memory, 2, 0x2000, Long.MAX_VALUE);
        assertThat(layout.events(memory, 1)).isEqualTo(0x2018);
        assertThat(layout.data(memory, 1)).isEqualTo(-2);
        assertThat(layout.data(memory, 2)).isEqualTo(Long.MAX_VALUE);
        assertThat(memory.get(ValueLayout.JAVA_INT_UNALIGNED, layout.size())).isEqualTo(0x2018);
        assertThat(layout.events(memory, 0)).isZero();
      }
    }
  }
}
