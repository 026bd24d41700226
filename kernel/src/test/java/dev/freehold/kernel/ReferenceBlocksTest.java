package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Gguf;
import dev.freehold.tensor.Safetensors;
import dev.freehold.tensor.Tensor;
import dev.freehold.tensor.TensorStore;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every weight dtype against the reference blocks, where these are on the machine.
class ReferenceBlocksTest {
  private static final Path QUANTS = Path.of(System.getProperty("freehold.oracle", ""), "quants");

  @BeforeAll
  static void referenceIsThere() {
    Assumptions.assumeTrue(
        Files.exists(QUANTS.resolve("blocks.gguf")), "no reference blocks in " + QUANTS);
  }

  @ParameterizedTest
  @MethodSource("dev.freehold.kernel.BlockFormatTest#weightDtypes")
  void everyValueIsEqual(Dtype dtype) {
    try (TensorStore blocks = Gguf.open(QUANTS.resolve("blocks.gguf"));
        TensorStore expected = Safetensors.open(QUANTS.resolve("values.safetensors"))) {
      Tensor tensor = blocks.tensor(dtype.name()).orElseThrow();
      assertThat(tensor.dtype()).isEqualTo(dtype);
      Tensor reference = expected.tensor(dtype.name()).orElseThrow();
      float[] values = new float[2048];
      BlockFormat.of(dtype).dequantize(tensor.data(), 0, values, 0, values.length);
      for (int i = 0; i < values.length; i++) {
        float wanted = reference.data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i);
        if (values[i] != wanted) {
          fail("%s[%d] is %a, not %a".formatted(dtype, i, values[i], wanted));
        }
      }
    }
  }

  /// The golden that stands in for the reference elsewhere holds its first 256 elements.
  @Test
  void goldenIsCutFromTheReference() throws IOException {
    try (TensorStore blocks = Gguf.open(QUANTS.resolve("blocks.gguf"))) {
      for (BlockFormatTest.Golden golden : BlockFormatTest.goldens()) {
        byte[] bytes =
            blocks
                .tensor(golden.dtype().name())
                .orElseThrow()
                .data()
                .asSlice(0, golden.blocks().length)
                .toArray(ValueLayout.JAVA_BYTE);
        assertThat(Arrays.equals(bytes, golden.blocks())).as("%s", golden.dtype()).isTrue();
      }
    }
  }
}
