package dev.freehold.kernel.x86;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.kernel.x86.Processor.Feature;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What is read from the answers of `cpuid`, of processors that are not here too.
class ProcessorTest {
  private static final int SAVED = 1 << 27;
  private static final int FMA = 1 << 12;
  private static final int F16C = 1 << 29;
  private static final int AVX2 = 1 << 5;
  private static final int AVX_VNNI = 1 << 4;
  private static final int AVX512 = 1 << 16 | 1 << 17 | 1 << 30 | 1 << 31;
  private static final int AVX512_VNNI = 1 << 11;
  private static final int YMM = 0b111;
  private static final int ZMM = 0b1110_0111;
  private static final Set<Feature> NARROW = EnumSet.of(Feature.AVX2, Feature.FMA, Feature.F16C);
  private static final Set<Feature> WIDE = EnumSet.range(Feature.AVX512F, Feature.AVX512_VNNI);

  private static Processor processor(int one, int states, int ebx, int ecx, int sevenOne) {
    return Processor.of(
        new int[] {0, 0, one, 0, states},
        new int[] {1, ebx, ecx, 0, 0},
        new int[] {sevenOne, 0},
        List.of());
  }

  @Test
  void theLargestCacheIsTheLast() {
    int line = 63;
    int[] first = {0x121, 11 << 22 | line, 63, 0, 0};
    int[] instructions = {0x122, 1023 << 22 | line, 0xffff, 0, 0};
    int[] second = {0x143, 15 << 22 | line, 1023, 0, 0};
    int[] third = {0x163, 15 << 22 | line, 0x7fff, 0, 0};
    int[] none = new int[5];

    assertThat(
            Processor.of(none, none, none, List.of(first, instructions, second, third))
                .lastCacheBytes())
        .isEqualTo(32 << 20);
    assertThat(Processor.of(none, none, none, List.of(first, second)).lastCacheBytes())
        .isEqualTo(1 << 20);
    assertThat(Processor.of(none, none, none, List.of()).lastCacheBytes()).isZero();
  }

  @Test
  void whatIsThereRuns() {
    Processor all = processor(SAVED | FMA | F16C, ZMM, AVX2 | AVX512, AVX512_VNNI, AVX_VNNI);
    assertThat(all.features()).containsExactlyInAnyOrder(Feature.values());
    assertThat(all.lacks(EnumSet.allOf(Feature.class))).isEmpty();
  }

  @Test
  void whatIsNotThereIsNamed() {
    Processor skylake = processor(SAVED | FMA | F16C, ZMM, AVX2 | AVX512, 0, 0);
    assertThat(skylake.lacks(NARROW)).isEmpty();
    assertThat(skylake.lacks(WIDE)).contains("the processor lacks AVX-512 VNNI");
    assertThat(skylake.lacks(EnumSet.of(Feature.AVX_VNNI)))
        .contains("the processor lacks AVX-VNNI");
    Processor haswell = processor(SAVED | FMA | F16C, YMM, AVX2, 0, 0);
    assertThat(haswell.lacks(NARROW)).isEmpty();
    assertThat(haswell.lacks(WIDE))
        .contains(
            "the processor lacks AVX-512 F, AVX-512 DQ, AVX-512 BW, AVX-512 VL, AVX-512 VNNI");
    assertThat(processor(SAVED | F16C, YMM, AVX2, 0, 0).lacks(NARROW))
        .contains("the processor lacks FMA");
  }

  @Test
  void registersThatTheSystemDoesNotKeepAreNotUsed() {
    Processor narrow = processor(SAVED | FMA | F16C, YMM, AVX2 | AVX512, AVX512_VNNI, AVX_VNNI);
    assertThat(narrow.lacks(NARROW)).isEmpty();
    assertThat(narrow.lacks(WIDE)).contains("the system keeps no registers of 512 bits");
    // Without the bit that says so, the states mean nothing.
    Processor none = processor(FMA | F16C, ZMM, AVX2 | AVX512, AVX512_VNNI, AVX_VNNI);
    assertThat(none.lacks(NARROW)).contains("the system keeps no registers of 256 bits");
  }
}
