package dev.freehold.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.kernel.KernelException;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.PreparedFile;
import dev.freehold.kernel.Rows;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.TensorException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A model file, or its prepared file, that is truncated while the compiled code reads it fails the
/// request; the process lives.
///
/// Windows refuses to truncate a file that is mapped.
@DisabledOnOs(OS.WINDOWS)
class TruncatedModelTest {
  private static final int WARM = 400;
  private static final String DIGEST = "0".repeat(64);

  @TempDir private Path folder = Path.of("");

  private static void truncate(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() / 2);
    }
  }

  /// Decodes until the code is compiled.
  private static void warm(Model model, Sequence sequence, Rows logits) {
    int[] ids = {7, 8, 9};
    for (int i = 0; i < WARM; i++) {
      sequence.truncate(0);
      model.forward(sequence, ids, 0, 3, LogitsOf.LAST, logits);
      model.forward(sequence, ids, 0, 1, LogitsOf.LAST, logits);
    }
  }

  @Test
  void aModelFileTruncatedInUseFailsTheRequest() throws IOException {
    Path file = folder.resolve("model.gguf");
    Files.copy(GoldenTest.golden("qwen2"), file);
    int[] ids = {7, 8};
    try (Model model = Model.open(file, ModelOptions.of(KernelOptions.defaults()));
        Sequence sequence = model.newSequence(8)) {
      Rows logits = Rows.allocate(1, model.architecture().vocabSize());
      warm(model, sequence, logits);
      truncate(file);
      for (int count : new int[] {1, 2}) {
        assertThatThrownBy(() -> model.forward(sequence, ids, 0, count, LogitsOf.LAST, logits))
            .isInstanceOf(TensorException.class)
            .hasMessageContainingAll("model.gguf changed", "its size was");
      }
      assertThat(sequence.length()).isEqualTo(4);
    }
  }

  @Test
  void aPreparedFileTruncatedInUseFailsTheRequest() throws IOException {
    Path file = folder.resolve("model.prepared");
    var store = new RequantizedStore(ModelFiles.open(GoldenTest.golden("qwen2")), Dtype.Q8_0);
    ModelOptions options = ModelOptions.of(KernelOptions.defaults());
    int[] ids = {7, 8};
    try (Model model = Model.open(Config.gguf(store), store, options)) {
      PreparedFile.write(file, DIGEST, model.kernels().matrices(), (bytes, total) -> {});
    }
    var again = new RequantizedStore(ModelFiles.open(GoldenTest.golden("qwen2")), Dtype.Q8_0);
    Optional<PreparedFile> prepared = Optional.of(PreparedFile.open(file, DIGEST));
    try (Model model = Model.open(Config.gguf(again), again, options, prepared);
        Sequence sequence = model.newSequence(8)) {
      Rows logits = Rows.allocate(1, model.architecture().vocabSize());
      warm(model, sequence, logits);
      truncate(file);
      assertThatThrownBy(() -> model.forward(sequence, ids, 0, 1, LogitsOf.LAST, logits))
          .isInstanceOf(KernelException.class)
          .hasMessageContainingAll("model.prepared", "its size was", "prepare the model again");
      assertThat(sequence.length()).isEqualTo(4);
    }
  }
}
