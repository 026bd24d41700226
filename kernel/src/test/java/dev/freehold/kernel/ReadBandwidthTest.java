package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.kernel.x86.Program;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadBandwidthTest {
  @Test
  void isThatOfAMachineOfOurTime() {
    try (WorkerPool pool = new WorkerPool(2);
        ReadBandwidth best = new ReadBandwidth(pool, 64L << 20);
        ReadBandwidth vectors = new ReadBandwidth(pool, 64L << 20, Optional.empty())) {
      for (int i = 0; i < 3; i++) {
        assertThat(best.measure()).isBetween(1e8, 1e13);
        assertThat(vectors.measure()).isBetween(1e8, 1e13);
        assertThat(best.measurePlain()).isBetween(1e8, 1e13);
        assertThat(vectors.measurePlain()).isBetween(1e8, 1e13);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void machineCodeReadsNoFasterThanAnyMemory(boolean draws) throws Throwable {
    Optional<InstructionSet> best = MachineSupport.here().best(InstructionSet.AVX512_VNNI);
    assumeTrue(best.isPresent(), "no machine code runs here");
    MemorySegment code = ReadBandwidth.code(best.get(), draws);
    long bytes = 4 << 20;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment block = arena.allocate(bytes, 64);
      long start = System.nanoTime();
      for (int i = 0; i < 100; i++) {
        Program.NUMBERS.invokeExact(code, block.address(), bytes, 0L, 0L, 0L, 0L);
      }
      // Less than this can only be that most lines are not read.
      assertThat((System.nanoTime() - start) / 1e9).isGreaterThan(100.0 * bytes / 1e12);
    }
  }
}
