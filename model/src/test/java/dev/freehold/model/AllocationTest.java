package dev.freehold.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Rows;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.TensorStore;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nothing is allocated for a token that is decoded, once the code is compiled.
class AllocationTest {
  /// The compiler works beside the tests, and slowly on a machine with much to do.
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private static final int TOKENS = 100;

  @ParameterizedTest
  @CsvSource({
    "llama3-rope, F32, 1",
    "qwen3.5, F32, 1",
    "qwen2, F32, 1",
    "qwen2, Q8_0, 1",
    "qwen2, Q8_0, 2",
    "qwen2, Q4_0, 2"
  })
  void decodingAllocatesNothing(String name, Dtype dtype, int threads) {
    Path path = GoldenTest.golden(name);
    TensorStore store = new RequantizedStore(ModelFiles.open(path), dtype);
    ModelOptions options = ModelOptions.of(KernelOptions.defaults().withThreads(threads));
    try (Model model = Model.open(Config.of(path, store), store, options);
        Sequence sequence = model.newSequence(TOKENS)) {
      Rows logits = Rows.allocate(1, model.architecture().vocabSize());
      long least = Long.MAX_VALUE;
      long start = System.nanoTime();
      while (least > 0 && System.nanoTime() - start < PATIENCE_NANOS) {
        least = Math.min(least, allocated(model, sequence, logits));
      }
      assertThat(least).as("bytes for %d tokens", TOKENS).isZero();
    }
  }

  /// Bytes that all threads allocate while this one decodes over positions that it has been at
  /// before.
  private static long allocated(Model model, Sequence sequence, Rows logits) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int[] ids = {7};
    sequence.truncate(0);
    long before = threads.getTotalThreadAllocatedBytes();
    for (int i = 0; i < TOKENS; i++) {
      model.forward(sequence, ids, 0, 1, LogitsOf.LAST, logits);
    }
    return threads.getTotalThreadAllocatedBytes() - before;
  }
}
