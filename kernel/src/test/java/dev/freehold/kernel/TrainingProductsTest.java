package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The products of training have the reference's bits at every width and thread count, and the
/// forward product those of the engine.
class TrainingProductsTest {
  private final TrainingBits bits = new TrainingBits();

  @AfterEach
  void close() {
    bits.close();
  }

  /// Sizes around the borders of lanes, tiles, strips, groups and blocks.
  private static final List<ProductShape> SHAPES =
      List.of(
          new ProductShape(1, 1, 1),
          new ProductShape(7, 5, 3),
          new ProductShape(6, 64, 16),
          new ProductShape(13, 70, 33),
          new ProductShape(97, 257, 40),
          new ProductShape(300, 65, 17),
          new ProductShape(513, 30, 130),
          new ProductShape(40, 1100, 65),
          new ProductShape(800, 300, 70),
          new ProductShape(300, 800, 40),
          new ProductShape(1800, 9, 66),
          new ProductShape(50, 70, 700),
          new ProductShape(3, 2100, 512));

  @Test
  void forwardGivesTheReferenceBits() {
    for (ProductShape shape : SHAPES) {
      bits.check(
          "forward " + shape,
          (kernels, random) -> {
            Rows x = TrainingBits.rows(shape.m(), shape.k(), random);
            Rows y = TrainingBits.rows(shape.m(), shape.n(), random);
            float[] w = TrainingBits.floats(shape.n() * shape.k(), random);
            kernels.forward(shape, x, w, y);
            return new float[][] {y.data()};
          });
    }
  }

  /// Products that vanish leave -0 in a lane, which nothing that fills a vector may change.
  @Test
  void forwardKeepsTheSignOfZero() {
    ProductShape shape = new ProductShape(5, 7, 17);
    bits.check(
        "forward of products below float32",
        (kernels, random) -> {
          Rows x = Rows.allocate(shape.m(), shape.k());
          Arrays.fill(x.data(), 1e-30f);
          float[] w = new float[shape.n() * shape.k()];
          Arrays.fill(w, -1e-30f);
          Rows y = Rows.allocate(shape.m(), shape.n());
          kernels.forward(shape, x, w, y);
          assertThat(Float.floatToRawIntBits(y.data()[0])).isEqualTo(Integer.MIN_VALUE);
          return new float[][] {y.data()};
        });
  }

  @Test
  void gradientsGiveTheReferenceBits() {
    for (ProductShape shape : SHAPES) {
      for (Write write : Write.values()) {
        bits.check(
            write + " gradients " + shape,
            (kernels, random) -> {
              Rows x = TrainingBits.rows(shape.m(), shape.k(), random);
              Rows dy = TrainingBits.rows(shape.m(), shape.n(), random);
              Rows dx = TrainingBits.rows(shape.m(), shape.k(), random);
              float[] w = TrainingBits.floats(shape.n() * shape.k(), random);
              float[] dw = TrainingBits.floats(shape.n() * shape.k(), random);
              kernels.inputGradient(shape, dy, w, dx, write);
              kernels.weightGradient(shape, dy, x, dw, write);
              return new float[][] {dx.data(), dw};
            });
      }
    }
  }

  @Test
  void forwardGivesTheBitsOfTheEngine() {
    Random random = new Random(3);
    for (ProductShape shape : SHAPES) {
      Rows x = TrainingBits.rows(shape.m(), shape.k(), random);
      float[] w = TrainingBits.floats(shape.n() * shape.k(), random);
      Activations activations = new Activations(shape.m(), shape.k());
      activations.set(x, shape.m());
      try (Arena arena = Arena.ofConfined();
          Kernels kernels = Kernels.open(TrainingBits.options(Tier.VECTOR, 0, 1))) {
        MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_FLOAT, w);
        Tensor tensor = Tensor.of("w", Dtype.F32, data, shape.n(), shape.k());
        Rows expected = Rows.allocate(shape.m(), shape.n());
        kernels.bind(tensor).multiply(activations, expected);
        Rows actual = Rows.allocate(shape.m(), shape.n());
        TrainingKernels.open(kernels).forward(shape, x, w, actual);
        assertThat(TrainingBits.bits(actual.data()))
            .as("%s", shape)
            .isEqualTo(TrainingBits.bits(expected.data()));
      }
    }
  }

  @Test
  void shortArraysAreRefused() {
    ProductShape shape = new ProductShape(4, 3, 2);
    try (Kernels kernels = Kernels.open(TrainingBits.options(Tier.VECTOR, 0, 1))) {
      TrainingKernels training = TrainingKernels.open(kernels);
      Rows x = Rows.allocate(4, 2);
      Rows y = Rows.allocate(4, 3);
      assertThatThrownBy(() -> training.forward(shape, x, new float[5], y))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("weights")
          .hasMessageContaining("6 floats are needed, found 5");
      assertThatThrownBy(() -> training.forward(shape, Rows.allocate(3, 2), new float[6], y))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("inputs");
      assertThatThrownBy(() -> new ProductShape(1, 0, 1)).isInstanceOf(KernelException.class);
    }
  }
}
