package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The measured peak is one that a processor can have.
class FmaPeakTest {
  @Test
  void aPeakIsMeasured() {
    try (WorkerPool pool = new WorkerPool(2)) {
      assertThat(FmaPeak.measure(pool, 2)).isBetween(1e8, 1e15);
    }
  }
}
