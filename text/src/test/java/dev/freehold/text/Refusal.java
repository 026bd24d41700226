package dev.freehold.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.freehold.tensor.TensorException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.function.Executable;

/// What it costs to refuse a bad tokenizer or text, and how it is refused.
final class Refusal {
  private static final long MAX_CPU_NANOS = 1_000_000_000;
  private static final long MAX_ALLOCATED_BYTES = 64 << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Refusal() {}

  /// Asserts that `open` throws a typed error, in under 1 s of processor time and 64 MiB of
  /// allocation, and returns its message.
  static String of(Executable open) {
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long nanos = THREADS.getCurrentThreadCpuTime();
    Throwable thrown = new AssertionError("nothing was thrown");
    try {
      open.execute();
    } catch (Throwable e) {
      thrown = e;
    }
    nanos = THREADS.getCurrentThreadCpuTime() - nanos;
    bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
    String message = String.valueOf(thrown.getMessage());
    assertThat(thrown).as("%s", thrown).isInstanceOfAny(TextException.class, TensorException.class);
    assertThat(nanos).as("processor time of: %s", message).isLessThan(MAX_CPU_NANOS);
    assertThat(bytes).as("allocation of: %s", message).isLessThan(MAX_ALLOCATED_BYTES);
    assertThat(message).hasSizeLessThan(1500).doesNotContainPattern("\\p{Cntrl}");
    return message;
  }
}
