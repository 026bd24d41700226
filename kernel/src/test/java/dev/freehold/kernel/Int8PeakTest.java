package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.kernel.x86.Int8Chains.Form;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The measured rate is one that a processor can have, and what is timed does multiply.
class Int8PeakTest {
  private static List<Form> formsHere() {
    return Arrays.stream(InstructionSet.values())
        .filter(instructions -> MachineSupport.here().lacks(instructions).isEmpty())
        .map(Int8Peak::form)
        .toList();
  }

  @Test
  void aRateIsMeasuredOrTheReasonIsToldWhyNot() {
    try (WorkerPool pool = new WorkerPool(2)) {
      if (formsHere().isEmpty()) {
        assertThatThrownBy(() -> Int8Peak.measure(pool, 3))
            .isInstanceOf(KernelException.class)
            .hasMessageStartingWith("int8 rate: ");
      } else {
        assertThat(Int8Peak.measure(pool, 3)).isBetween(1e9, 1e16);
      }
    }
  }

  @Test
  void everyFormComputesTheSameSums() {
    for (Form form : formsHere()) {
      for (int steps : new int[] {1, 2, 1000}) {
        assertThat(Int8Peak.sums(form, steps))
            .as("%s, %d steps", form, steps)
            .hasSize(form.lanes())
            .containsOnly(Int8Peak.expectedSum(steps));
      }
    }
  }
}
