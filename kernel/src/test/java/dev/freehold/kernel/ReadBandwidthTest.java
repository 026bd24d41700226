package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadBandwidthTest {
  @Test
  void isThatOfAMachineOfOurTime() {
    try (WorkerPool pool = new WorkerPool(2)) {
      assertThat(ReadBandwidth.measure(pool, 64L << 20, 3)).isBetween(1e8, 1e13);
    }
  }
}
