package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A group's products are those of its matrices alone, in every tier, however many rows there are.
class MatrixGroupTest {
  private static final int COLUMNS = 512;
  private static final int[] ROWS = {40, 200, 1030};
  private static final List<Dtype> DTYPES = List.of(Dtype.Q4_0, Dtype.Q6_K, Dtype.Q8_0);

  @Test
  void productsAreThoseOfEachMatrix(@TempDir Path folder) {
    Random random = new Random(5);
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < ROWS.length; i++) {
      Tensor weights = RandomBlocks.tensor(DTYPES.get(i), ROWS[i], COLUMNS, random);
      tensors.add(Tensor.of("w" + i, DTYPES.get(i), weights.data(), ROWS[i], COLUMNS));
    }
    Path file = folder.resolve("prepared");
    String digest = "cd".repeat(32);
    PreparedFile.write(file, digest, tensors, (bytes, total) -> {});
    for (Tier tier : Tier.values()) {
      KernelOptions options = KernelOptions.defaults().withTier(tier).withThreads(2);
      try (Kernels kernels = Kernels.open(options);
          PreparedFile prepared = PreparedFile.open(file, digest);
          Kernels others = Kernels.open(options, Optional.of(prepared))) {
        for (int tokens : new int[] {1, 2, 9, 40}) {
          check(kernels, tensors, tokens, random);
          check(others, tensors, tokens, random);
        }
      }
    }
  }

  private static void check(Kernels kernels, List<Tensor> tensors, int tokens, Random random) {
    List<Matrix> matrices = tensors.stream().map(kernels::bind).toList();
    List<Rows> outputs =
        matrices.stream().map(matrix -> Rows.allocate(tokens, matrix.rows())).toList();
    Activations x = new Activations(tokens, COLUMNS);
    x.set(RandomBlocks.rows(tokens, COLUMNS, random), tokens);
    kernels.group(matrices, outputs).multiply(x);
    for (int m = 0; m < matrices.size(); m++) {
      Rows alone = Rows.allocate(tokens, matrices.get(m).rows());
      matrices.get(m).multiply(x, alone);
      assertThat(outputs.get(m).data())
          .as("%s, %d tokens, %s", tensors.get(m).dtype(), tokens, kernels.options())
          .containsExactly(alone.data());
    }
  }

  @Test
  void everyMatrixNeedsItsOutputs() {
    try (Kernels kernels = Kernels.open(KernelOptions.defaults())) {
      assertThatThrownBy(() -> kernels.group(List.of(), List.of(Rows.allocate(1, 1))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("0 matrices, 1 outputs");
    }
  }
}
