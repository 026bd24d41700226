package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HugePageArenaTest {
  @Test
  void segmentsAreZeroedAlignedAndApart() {
    long[] sizes = {1, 100, 64 << 10, (64 << 10) + 1, 3 << 20, 40 << 20, 31 << 20, 5 << 20, 7};
    try (HugePageArena arena = new HugePageArena()) {
      List<MemorySegment> segments = new ArrayList<>();
      for (long size : sizes) {
        MemorySegment segment = arena.allocate(size, 64);
        assertThat(segment.byteSize()).isEqualTo(size);
        assertThat(segment.address() % 64).isZero();
        assertThat(segment.mismatch(MemorySegment.ofArray(new byte[(int) size]))).isEqualTo(-1);
        segments.add(segment.fill((byte) segments.size()));
      }
      for (int i = 0; i < segments.size(); i++) {
        byte[] bytes = segments.get(i).toArray(ValueLayout.JAVA_BYTE);
        assertThat(bytes).containsOnly((byte) i);
      }
    }
  }

  @Test
  void memoryEndsWithItsArena() {
    MemorySegment segment;
    try (HugePageArena arena = new HugePageArena()) {
      segment = arena.allocate(1 << 20, 64);
      assertThat(segment.scope()).isEqualTo(arena.scope());
    }
    assertThat(segment.scope().isAlive()).isFalse();
    assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void largerAlignmentsAreKeptToo() {
    try (HugePageArena arena = new HugePageArena()) {
      arena.allocate(100_000, 64);
      assertThat(arena.allocate(100_000, 4096).address() % 4096).isZero();
    }
  }
}
