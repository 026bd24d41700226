package dev.freehold.kernel;

import dev.freehold.kernel.x86.CodeException;
import dev.freehold.kernel.x86.Processor;
import dev.freehold.kernel.x86.Processor.Feature;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Which machine code runs, and why other code does not.
///
/// @param processor what there is; empty where no machine code runs
/// @param reason why none runs; empty where some might
record MachineSupport(Optional<Processor> processor, Optional<String> reason) {
  private static final Set<Feature> NARROW = EnumSet.of(Feature.AVX2, Feature.FMA, Feature.F16C);

  private static final Set<Feature> FLOATS =
      EnumSet.of(Feature.AVX512F, Feature.AVX512DQ, Feature.AVX512BW, Feature.AVX512VL);

  /// This process, asked once.
  private static final class Here {
    static final MachineSupport FOUND =
        find(System.getProperty("os.name"), System.getProperty("os.arch"), Processor::probe);
  }

  static MachineSupport here() {
    return Here.FOUND;
  }

  static MachineSupport find(String system, String architecture, Supplier<Processor> probe) {
    String name = system + " on " + architecture;
    if (!name.toLowerCase(Locale.ROOT).equals("linux on amd64")) {
      return absent("machine code is written for Linux on x86-64, this is " + name);
    }
    try {
      return new MachineSupport(Optional.of(probe.get()), Optional.empty());
    } catch (CodeException | IllegalCallerException e) {
      return absent(String.valueOf(e.getMessage()));
    }
  }

  private static MachineSupport absent(String reason) {
    return new MachineSupport(Optional.empty(), Optional.of(reason));
  }

  private static Set<Feature> features(InstructionSet instructions) {
    return switch (instructions) {
      case AVX512_VNNI ->
          EnumSet.of(
              Feature.AVX512F,
              Feature.AVX512DQ,
              Feature.AVX512BW,
              Feature.AVX512VL,
              Feature.AVX512_VNNI);
      case AVX_VNNI -> {
        Set<Feature> features = EnumSet.copyOf(NARROW);
        features.add(Feature.AVX_VNNI);
        yield features;
      }
      case AVX2 -> NARROW;
    };
  }

  /// Why code of these instructions does not run, or empty where it does.
  Optional<String> lacks(InstructionSet instructions) {
    return reason.or(() -> processor.flatMap(found -> found.lacks(features(instructions))));
  }

  /// Why code for float32 factors does not run up to a limit, or empty where it does: it takes
  /// AVX-512.
  Optional<String> lacksFloats(InstructionSet limit) {
    return limit == InstructionSet.AVX512_VNNI
        ? reason.or(() -> processor.flatMap(found -> found.lacks(FLOATS)))
        : Optional.of("there is no machine code of " + limit + " for float32 factors");
  }

  /// Whether these options have code for float32 factors.
  boolean runsFloats(KernelOptions options) {
    return options.tier() == Tier.MACHINE && lacksFloats(options.instructions()).isEmpty();
  }

  /// The best instructions that there are, up to a limit.
  Optional<InstructionSet> best(InstructionSet limit) {
    return EnumSet.range(limit, InstructionSet.AVX2).stream()
        .filter(instructions -> lacks(instructions).isEmpty())
        .findFirst();
  }

  /// Why no code runs up to a limit, or empty where some does.
  Optional<String> declines(InstructionSet limit) {
    return best(limit).isPresent() ? Optional.empty() : lacks(InstructionSet.AVX2);
  }
}
