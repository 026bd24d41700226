package dev.freehold.model;

import com.sun.management.ThreadMXBean;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Rows;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.TensorStore;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/// Program of [AllocationTest]: decodes with one model until nothing is allocated, or patience
/// ends, and prints the least number of bytes that a round took.
///
/// Arguments: path of the model, dtype of its matrices, threads.
final class AllocationProgram {
  private static final int TOKENS = 100;

  /// The compiler works beside the program, and slowly on a machine with much to do.
  private static final long PATIENCE_NANOS = 300_000_000_000L;

  private AllocationProgram() {}

  public static void main(String[] args) {
    Path path = Path.of(args[0]);
    TensorStore store = new RequantizedStore(ModelFiles.open(path), Dtype.valueOf(args[1]));
    int threads = Integer.parseInt(args[2]);
    ModelOptions options = ModelOptions.of(KernelOptions.defaults().withThreads(threads));
    try (Model model = Model.open(Config.of(path, store), store, options);
        Sequence sequence = model.newSequence(TOKENS)) {
      Rows logits = Rows.allocate(1, model.architecture().vocabSize());
      long least = Long.MAX_VALUE;
      long start = System.nanoTime();
      while (least > 0 && System.nanoTime() - start < PATIENCE_NANOS) {
        least = Math.min(least, allocated(model, sequence, logits));
      }
      System.out.println("allocated " + least);
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
