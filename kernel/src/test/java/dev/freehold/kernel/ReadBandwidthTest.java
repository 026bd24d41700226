package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadBandwidthTest {
  @Test
  void isThatOfAMachineOfOurTime() {
    try (WorkerPool pool = new WorkerPool(2);
        ReadBandwidth bandwidth = new ReadBandwidth(pool, 64L << 20)) {
      for (int i = 0; i < 3; i++) {
        assertThat(bandwidth.measure()).isBetween(1e8, 1e13);
      }
    }
  }
}
