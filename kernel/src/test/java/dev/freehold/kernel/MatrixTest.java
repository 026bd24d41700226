package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.kernel.x86.RowLayout;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Matrix products of the vector and the machine tier have the bits of [ReferenceMatrix], for every
/// dtype, shape, number of tokens, width and number of threads.
class MatrixTest {
  private static final List<Integer> ROWS = List.of(1, 5, 16, 17, 33);
  private static final List<Integer> TOKENS =
      List.of(1, 2, 3, 5, 6, 7, 9, 12, 16, 33, 70, 529, 540);

  static Stream<Dtype> weightDtypes() {
    return Stream.of(Dtype.values())
        .filter(dtype -> {
          try {
            BlockFormat.of(dtype);
            return true;
          } catch (KernelException e) {
            return false;
          }
        });
  }

  /// Row lengths: whole blocks, and rows that do not fill the lanes where the dtype has such.
  private static List<Integer> columns(Dtype dtype) {
    List<Integer> all = new ArrayList<>();
    for (int columns : new int[] {32, 64, 256, 288, 800, 2304}) {
      if (columns % dtype.blockLength() == 0) {
        all.add(columns);
      }
    }
    if (dtype.blockLength() == 1) {
      all.addAll(List.of(1, 40, 259));
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("weightDtypes")
  void intActivationsGiveTheReferenceBits(Dtype dtype) {
    check(dtype, ActivationFormat.INT8);
  }

  @ParameterizedTest
  @MethodSource("weightDtypes")
  void floatActivationsGiveTheReferenceBits(Dtype dtype) {
    check(dtype, ActivationFormat.F32);
  }

  private static void check(Dtype dtype, ActivationFormat format) {
    Random random = new Random(dtype.ordinal());
    for (KernelOptions options : tiers(format, random)) {
      try (Kernels reference = Kernels.open(options.withTier(Tier.REFERENCE));
          Kernels vector = Kernels.open(options)) {
        for (int columns : columns(dtype)) {
          if (format == ActivationFormat.INT8 && columns % Activations.BLOCK != 0) {
            continue;
          }
          Tensor weights = RandomBlocks.tensor(dtype, 33, columns, random);
          for (int rows : ROWS) {
            compare(weights.rows(0, rows), reference, vector, random);
          }
          String kernel = vector.choices().getLast().kernel();
          boolean machine = kernel.startsWith("machine");
          assertThat(machine).as(kernel).isEqualTo(isEmitted(dtype, columns, options));
          if (machine && options.threads() == 3 && columns == columns(dtype).getFirst()) {
            Tensor large = RandomBlocks.tensor(dtype, 2100, columns, random);
            compare(large, reference, vector, random); // chunks of several calls
          }
        }
      }
    }
  }

  /// Whether there is machine code for a matrix in place.
  private static boolean isEmitted(Dtype dtype, int columns, KernelOptions options) {
    if (options.tier() != Tier.MACHINE || options.instructions() != InstructionSet.AVX512_VNNI) {
      return false;
    }
    boolean row = Arrays.stream(RowLayout.values()).anyMatch(l -> l.name().equals(dtype.name()));
    return row && options.activations() == ActivationFormat.INT8
        || dtype.blockLength() == 1 && columns % 16 == 0;
  }

  /// Prepared files hold what they were made of, for every dtype that has a layout.
  @ParameterizedTest
  @EnumSource(PreparedLayout.class)
  void preparedWeightsGiveTheReferenceBits(PreparedLayout layout, @TempDir Path folder) {
    Dtype dtype = Dtype.valueOf(layout.name());
    Random random = new Random(layout.ordinal());
    List<Tensor> tensors = new ArrayList<>();
    for (int columns : columns(dtype)) {
      for (int rows : ROWS) {
        Tensor all = RandomBlocks.tensor(dtype, rows, columns, random);
        String name = "w" + rows + "x" + columns;
        tensors.add(Tensor.of(name, dtype, all.data(), rows, columns));
      }
    }
    int columns = columns(dtype).getFirst();
    Tensor large = RandomBlocks.tensor(dtype, 2100, columns, random);
    tensors.add(Tensor.of("large", dtype, large.data(), 2100, columns)); // chunks of several calls
    Path file = folder.resolve("prepared");
    String digest = "ab".repeat(32);
    PreparedFile.write(file, digest, tensors, (bytes, total) -> {});
    for (KernelOptions options : tiers(ActivationFormat.INT8, random)) {
      try (Kernels reference = Kernels.open(options.withTier(Tier.REFERENCE));
          PreparedFile prepared = PreparedFile.open(file, digest);
          Kernels fast = Kernels.open(options, Optional.of(prepared))) {
        for (Tensor tensor : tensors) {
          compare(tensor, reference, fast, random);
        }
        String kernel = options.tier().name().toLowerCase(Locale.ROOT) + "-int8-prepared";
        assertThat(fast.choices()).allMatch(choice -> choice.kernel().equals(kernel));
      }
    }
  }

  /// Sums of bytes are largest where all weights are at an end of their range and all activations
  /// at one of theirs.
  @ParameterizedTest
  @EnumSource(PreparedLayout.class)
  void extremesGiveTheReferenceBits(PreparedLayout layout, @TempDir Path folder) {
    Tensor weights = RandomBlocks.extremes(Dtype.valueOf(layout.name()), 512);
    Path file = folder.resolve("prepared");
    String digest = "cd".repeat(32);
    PreparedFile.write(file, digest, List.of(weights), (bytes, total) -> {});
    for (KernelOptions options : tiers(ActivationFormat.INT8, new Random(1))) {
      try (Kernels reference = Kernels.open(options.withTier(Tier.REFERENCE));
          PreparedFile prepared = PreparedFile.open(file, digest);
          Kernels fast = Kernels.open(options, Optional.of(prepared))) {
        Matrix expected = reference.bind(weights);
        Matrix actual = fast.bind(weights);
        for (int tokens : TOKENS) {
          compare(expected, actual, RandomBlocks.extremeRows(tokens, 512), tokens, fast.options());
        }
      }
    }
  }

  /// The vector tier at every width, and machine code where this machine runs it.
  private static List<KernelOptions> tiers(ActivationFormat format, Random random) {
    List<KernelOptions> tiers = new ArrayList<>();
    for (int bits : Kernels.vectorWidths()) {
      tiers.add(new KernelOptions(Tier.VECTOR, bits, 1 + random.nextInt(3), format));
    }
    for (InstructionSet instructions : InstructionSet.values()) {
      if (Kernels.machineCode(instructions).isPresent()) {
        System.out.println("not run: " + instructions + ": " + Kernels.machineCode(instructions));
        continue;
      }
      for (int threads = 1; threads < 4; threads++) {
        tiers.add(new KernelOptions(Tier.MACHINE, 0, threads, format, instructions));
      }
    }
    return tiers;
  }

  /// So much work that one call of emitted code does not do all blocks of a chunk.
  @Test
  void longRowsWithManyTokensGiveTheReferenceBits() {
    int columns = 4096 + 64;
    int tokens = MachineScratch.TOKENS + 3;
    Random random = new Random(5);
    Tensor weights = RandomBlocks.tensor(Dtype.Q4_0, 43, columns, random);
    Rows x = RandomBlocks.rows(tokens, columns, random);
    KernelOptions options = new KernelOptions(Tier.MACHINE, 0, 2, ActivationFormat.INT8);
    try (Kernels reference = Kernels.open(options.withTier(Tier.REFERENCE));
        Kernels machine = Kernels.open(options)) {
      compare(reference.bind(weights), machine.bind(weights), x, tokens, options);
    }
  }

  private static void compare(Tensor weights, Kernels reference, Kernels vector, Random random) {
    int columns = (int) weights.columns();
    Matrix expected = reference.bind(weights);
    Matrix actual = vector.bind(weights);
    assertThat(actual.kernel()).doesNotStartWith("reference");
    for (int i = 0; i < 2; i++) {
      int tokens = TOKENS.get(random.nextInt(TOKENS.size()));
      Rows x = RandomBlocks.rows(tokens, columns, random);
      compare(expected, actual, x, tokens, vector.options());
    }
  }

  private static void compare(
      Matrix expected, Matrix actual, Rows x, int tokens, KernelOptions options) {
    int rows = expected.rows();
    int columns = expected.columns();
    Activations activations = new Activations(tokens, columns);
    activations.set(x, tokens);
    Rows want = Rows.allocate(tokens, rows);
    expected.multiply(activations, want);
    Rows got = Rows.allocate(tokens, rows);
    actual.multiply(activations, got);
    assertThat(bits(got))
        .as("%s rows %d columns %d tokens %d, %s", expected.dtype(), rows, columns, tokens, options)
        .isEqualTo(bits(want));
  }

  private static int[] bits(Rows rows) {
    int[] bits = new int[rows.data().length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(rows.data()[i]);
    }
    return bits;
  }
}
