package dev.freehold.tensor;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/// Program of [ChangedFileTest]: warms the reads of a mapped file, truncates it, reads on.
final class Truncation {
  private static final int WARM_ROUNDS = 2_000;

  private Truncation() {}

  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    try (TensorStore store = Gguf.open(file)) {
      MemorySegment bytes = store.tensor("a").orElseThrow().data();
      for (int i = 0; i < WARM_ROUNDS; i++) {
        store.checkUnchanged();
        store.touch(bytes);
        sum(bytes);
      }
      ChangedFileTest.truncate(file);
      report("check", store::checkUnchanged);
      for (int i = 0; i < 100; i++) {
        report("touch", () -> store.touch(bytes));
      }
      report(
          "sum",
          () -> {
            store.checkUnchanged();
            sum(bytes);
          });
      System.out.println("alive");
    }
  }

  private static long sum(MemorySegment bytes) {
    long sum = 0;
    for (long i = 0; i < bytes.byteSize(); i++) {
      sum += bytes.get(ValueLayout.JAVA_BYTE, i);
    }
    return sum;
  }

  private static void report(String name, Runnable read) {
    try {
      read.run();
      System.out.println(name + " passed");
      System.exit(2);
    } catch (TensorException e) {
      System.out.println(name + " refused: " + e.getMessage());
    }
  }
}
