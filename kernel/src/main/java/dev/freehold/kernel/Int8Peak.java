package dev.freehold.kernel;

import dev.freehold.kernel.x86.Int8Chains;
import dev.freehold.kernel.x86.Int8Chains.Field;
import dev.freehold.kernel.x86.Program;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;

/// Measures how many multiplications and additions of bytes this machine does per second in
/// registers, with the best instructions that it has for them: the limit of long prompts.
public final class Int8Peak {
  /// So that a call takes a fraction of a millisecond: the garbage collector waits for it.
  private static final int STEPS = 50_000;

  private static final int CALLS_PER_THREAD = 64;
  private static final int WARM_UP_ROUNDS = 3;
  private static final int UNSIGNED = 0x01020301;
  private static final int SIGNED = 0x02010102;

  /// Of one lane and one step: the products of these bytes.
  private static final int STEP_SUM = 2 + 2 * 1 + 3 * 1 + 2;

  private static final MethodHandle CALL =
      Program.caller(FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));

  private final Int8Chains.Form form;
  private final MemorySegment chains;

  private Int8Peak(Int8Chains.Form form) {
    this.form = form;
    this.chains =
        MachineKernels.all().get(List.of(Int8Chains.class, form), () -> Int8Chains.emit(form));
  }

  /// Operations per second, the median of the rounds, each of some milliseconds; a multiplication
  /// and an addition are two.
  ///
  /// @param pool the threads that compute
  /// @param rounds how often it is measured, after three rounds that do not count
  /// @throws KernelException where this machine runs no machine code, or has no such instructions
  public static double measure(WorkerPool pool, int rounds) {
    MachineSupport support = MachineSupport.here();
    InstructionSet best =
        support
            .best(InstructionSet.AVX512_VNNI)
            .orElseThrow(() ->
                new KernelException(
                    "int8 rate: " + support.declines(InstructionSet.AVX512_VNNI).orElse("")));
    return new Int8Peak(form(best)).operationsPerSecond(pool, rounds);
  }

  static Int8Chains.Form form(InstructionSet instructions) {
    return switch (instructions) {
      case AVX512_VNNI -> Int8Chains.Form.AVX512_VNNI;
      case AVX_VNNI -> Int8Chains.Form.AVX_VNNI;
      case AVX2 -> Int8Chains.Form.AVX2;
    };
  }

  private double operationsPerSecond(WorkerPool pool, int rounds) {
    int calls = CALLS_PER_THREAD * pool.size();
    int[][] data = new int[pool.size()][];
    Arrays.setAll(data, worker -> operands());
    double[] rates = new double[rounds];
    for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
      long start = System.nanoTime();
      pool.run((chunk, worker) -> run(STEPS, data[worker]), calls);
      double seconds = (System.nanoTime() - start) / 1e9;
      if (round >= 0) {
        rates[round] = (double) calls * STEPS * form.operations() / seconds;
      }
    }
    check(data[0], STEPS);
    Arrays.sort(rates);
    return (rates[(rounds - 1) / 2] + rates[rounds / 2]) / 2;
  }

  /// The sums that `steps` steps of this form give.
  static int[] sums(Int8Chains.Form form, int steps) {
    int[] data = operands();
    new Int8Peak(form).run(steps, data);
    int from = Field.SUMS.bytes() / 4;
    return Arrays.copyOfRange(data, from, from + form.lanes());
  }

  static int expectedSum(int steps) {
    return STEP_SUM * Int8Chains.CHAINS * steps;
  }

  private static int[] operands() {
    int[] data = new int[Int8Chains.DATA_BYTES / 4];
    fill(data, Field.UNSIGNED, UNSIGNED);
    fill(data, Field.SIGNED, SIGNED);
    fill(data, Field.ONES, 0x00010001);
    return data;
  }

  private static void fill(int[] data, Field field, int value) {
    int from = field.bytes() / 4;
    Arrays.fill(data, from, from + 16, value);
  }

  private static void check(int[] data, int steps) {
    if (data[Field.SUMS.bytes() / 4] != expectedSum(steps)) {
      throw new KernelException("int8 rate: the sums were not computed");
    }
  }

  private void run(int steps, int[] data) {
    try {
      CALL.invokeExact(chains, (long) steps, MemorySegment.ofArray(data));
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }
}
