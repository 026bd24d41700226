package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.kernel.x86.CodeException;
import dev.freehold.kernel.x86.Processor;
import dev.freehold.kernel.x86.Processor.Feature;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Which machine code runs where, and what is said of the rest.
class MachineSupportTest {
  private static final Set<Feature> NARROW = EnumSet.of(Feature.AVX2, Feature.FMA, Feature.F16C);

  private static MachineSupport with(Set<Feature> some, Feature... more) {
    Set<Feature> features = EnumSet.copyOf(some);
    features.addAll(Set.of(more));
    return MachineSupport.find("Linux", "amd64", () -> new Processor(features, true, true, 0));
  }

  @Test
  void theBestInstructionsOfTheProcessorAreUsed() {
    MachineSupport all = with(EnumSet.allOf(Feature.class));
    for (InstructionSet limit : InstructionSet.values()) {
      assertThat(all.best(limit)).contains(limit);
      assertThat(all.declines(limit)).isEmpty();
    }
    InstructionSet any = InstructionSet.AVX512_VNNI;
    assertThat(with(NARROW, Feature.AVX_VNNI).best(any)).contains(InstructionSet.AVX_VNNI);
    assertThat(with(NARROW).best(any)).contains(InstructionSet.AVX2);
    assertThat(with(NARROW, Feature.AVX512F).best(any)).contains(InstructionSet.AVX2);
  }

  @Test
  void aProcessorWithoutAnyIsNamed() {
    MachineSupport old = with(EnumSet.of(Feature.FMA, Feature.F16C));
    assertThat(old.best(InstructionSet.AVX512_VNNI)).isEmpty();
    assertThat(old.declines(InstructionSet.AVX512_VNNI)).contains("the processor lacks AVX2");
  }

  @Test
  void anotherSystemIsNotAsked() {
    MachineSupport mac =
        MachineSupport.find(
            "Mac OS X",
            "aarch64",
            () -> {
              throw new AssertionError();
            });
    assertThat(mac.best(InstructionSet.AVX512_VNNI)).isEmpty();
    assertThat(mac.declines(InstructionSet.AVX2))
        .contains("machine code is written for Linux on x86-64, this is Mac OS X on aarch64");
  }

  @Test
  void aSystemThatRefusesIsHeard() {
    MachineSupport refused =
        MachineSupport.find(
            "Linux",
            "amd64",
            () -> {
              throw new CodeException("no executable memory");
            });
    assertThat(refused.lacks(InstructionSet.AVX2)).contains("no executable memory");
    assertThat(refused.best(InstructionSet.AVX2)).isEmpty();
  }
}
