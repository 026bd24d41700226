package dev.freehold.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Rows;
import dev.freehold.tensor.Metadata;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.Tensor;
import dev.freehold.tensor.TensorStore;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nothing is allocated for a token that is decoded, once the code is compiled.
///
/// What the file system answers to the check for changed files is left out: Java has no way to ask
/// that allocates nothing.
class AllocationTest {
  private static final int ROUNDS = 200;
  private static final int TOKENS = 100;

  /// A store whose files are not asked about.
  private record Unchecked(TensorStore origin) implements TensorStore {
    @Override
    public Metadata metadata() {
      return origin.metadata();
    }

    @Override
    public Map<String, Tensor> tensors() {
      return origin.tensors();
    }

    @Override
    public List<Path> files() {
      return origin.files();
    }

    @Override
    public void checkUnchanged() {}

    @Override
    public void close() {
      origin.close();
    }
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"llama3-rope", "qwen3.5", "qwen2"})
  void decodingAllocatesNothing(String name) {
    Path path = GoldenTest.golden(name);
    TensorStore store = new Unchecked(ModelFiles.open(path));
    ModelOptions options = ModelOptions.of(KernelOptions.defaults().withThreads(1));
    try (Model model = Model.open(Config.of(path, store), store, options);
        Sequence sequence = model.newSequence(TOKENS)) {
      Rows logits = Rows.allocate(1, model.architecture().vocabSize());
      long least = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS && least > 0; round++) {
        least = Math.min(least, allocated(model, sequence, logits));
      }
      assertThat(least).as("bytes for %d tokens", TOKENS).isZero();
    }
  }

  /// Bytes that this thread allocates while it decodes over positions that it has been at before.
  private static long allocated(Model model, Sequence sequence, Rows logits) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().threadId();
    int[] ids = {7};
    sequence.truncate(0);
    long before = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < TOKENS; i++) {
      model.forward(sequence, ids, 0, 1, LogitsOf.LAST, logits);
    }
    return threads.getThreadAllocatedBytes(thread) - before;
  }
}
