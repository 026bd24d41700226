package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.kernel.x86.CodeException;
import dev.freehold.kernel.x86.Int8Chains.Form;
import dev.freehold.kernel.x86.Processor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The measured rate is one that a processor can have, and what is timed does multiply.
class Int8PeakTest {
  private static Optional<Processor> processor() {
    try {
      return Optional.of(Processor.probe());
    } catch (CodeException | IllegalCallerException none) {
      return Optional.empty();
    }
  }

  private static List<Form> formsHere() {
    List<Form> forms = new ArrayList<>();
    processor()
        .ifPresent(has -> {
          if (has.vnni()) {
            forms.add(Form.AVX512_VNNI);
          }
          if (has.avxVnni()) {
            forms.add(Form.AVX_VNNI);
          }
          if (has.avx2()) {
            forms.add(Form.AVX2);
          }
        });
    return forms;
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

  @Test
  void theFastestFormIsChosen() {
    assertThat(Form.of(new Processor(true, true, true, true))).contains(Form.AVX512_VNNI);
    assertThat(Form.of(new Processor(true, true, true, false))).contains(Form.AVX_VNNI);
    assertThat(Form.of(new Processor(true, false, true, false))).contains(Form.AVX2);
    assertThat(Form.of(new Processor(false, false, false, false))).isEmpty();
  }
}
