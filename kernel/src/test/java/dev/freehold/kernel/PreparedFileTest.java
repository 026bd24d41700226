package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Prepared files: written whole, refused where they are damaged or of another model.
class PreparedFileTest {
  private static final String DIGEST = "0123456789abcdef".repeat(4);

  @TempDir Path folder;
  private Path file;
  private List<Tensor> tensors;

  @BeforeEach
  void write() {
    file = folder.resolve("sub").resolve("model.prepared");
    Random random = new Random(5);
    tensors =
        List.of(
            RandomBlocks.tensor(Dtype.Q8_0, 17, 64, random),
            RandomBlocks.tensor(Dtype.Q6_K, 3, 256, random),
            RandomBlocks.tensor(Dtype.F16, 3, 32, random));
    List<Long> steps = new ArrayList<>();
    PreparedFile.write(file, DIGEST, tensors, (bytes, total) -> steps.add(total - bytes));
    assertThat(steps).hasSize(2).isSortedAccordingTo((a, b) -> Long.compare(b, a)).endsWith(0L);
  }

  @Test
  void holdsTheMatricesThatHaveALayout() throws IOException {
    try (PreparedFile prepared = PreparedFile.open(file, DIGEST)) {
      assertThat(prepared.names()).containsExactlyInAnyOrder("Q8_0_64", "Q6_K_256");
      assertThat(prepared.find(tensors.get(0))).isPresent();
      assertThat(prepared.find(tensors.get(0).rows(0, 16))).isEmpty();
      assertThat(prepared.find(tensors.get(2))).isEmpty();
    }
    try (Stream<Path> left = Files.list(file.getParent())) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void saysWhyAMatrixIsNotPrepared() {
    KernelOptions options = KernelOptions.defaults().withTier(Tier.VECTOR).withThreads(1);
    try (PreparedFile prepared = PreparedFile.open(file, DIGEST);
        Kernels kernels = Kernels.open(options, Optional.of(prepared))) {
      tensors.forEach(kernels::bind);
      kernels.bind(RandomBlocks.tensor(Dtype.Q8_0, 2, 32, new Random(1)));
      assertThat(kernels.choices())
          .extracting(KernelChoice::kernel)
          .containsExactly(
              "vector-int8-prepared", "vector-int8-prepared", "vector-f32", "vector-int8");
      assertThat(kernels.choices().get(2).declines().getFirst().reason())
          .isEqualTo("F16 has no prepared layout");
      assertThat(kernels.choices().get(3).declines().getFirst().reason())
          .isEqualTo("the prepared file does not hold it");
    }
  }

  @Test
  void refusesAnotherModel() {
    assertThatThrownBy(() -> PreparedFile.open(file, "00".repeat(32)))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("model at byte 16");
    assertThatThrownBy(() -> PreparedFile.open(file, "xyz"))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("digest");
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 1, 63, 64, 100, 4096, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> PreparedFile.open(file, DIGEST))
          .as("%d bytes", length)
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("prepare the model again");
    }
  }

  /// Any damage of header and directory is an error of this module, or leaves a file whose matrices
  /// lie within it.
  @Test
  void survivesDamagedDirectories() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(64 + 80)] = (byte) random.nextInt();
      Files.write(file, damaged);
      try (PreparedFile prepared = PreparedFile.open(file, DIGEST)) {
        assertThat(prepared.names()).isNotEmpty();
      } catch (KernelException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(500);
  }
}
