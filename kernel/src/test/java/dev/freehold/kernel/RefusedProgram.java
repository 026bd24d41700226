package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// Multiplies in a process that is given no more executable memory: `FILE`, to which it prepares a
/// matrix. Prints the kernel that the matrix got, why better ones declined, and `same bits` where
/// the product and a delta rule are those of the reference; or `not supported` where the system
/// cannot refuse.
public final class RefusedProgram {
  /// The request that memory which was once writable, or is, shall never be executable.
  private static final int SET_MEMORY_DENY_WRITE_EXECUTE = 65;

  private static final long REFUSE_GAIN = 1;

  private RefusedProgram() {}

  public static void main(String[] arguments) throws Throwable {
    if (!refuseExecutableMemory()) {
      System.out.println("not supported");
      return;
    }
    Tensor weights = RandomBlocks.tensor(Dtype.Q4_0, 33, 256, new Random(1));
    Path file = Path.of(arguments[0]);
    String digest = "ef".repeat(32);
    PreparedFile.write(file, digest, List.of(weights), (bytes, total) -> {});
    KernelOptions options = KernelOptions.defaults().withThreads(2);
    try (Kernels reference = Kernels.open(options.withTier(Tier.REFERENCE));
        PreparedFile prepared = PreparedFile.open(file, digest);
        Kernels machine = Kernels.open(options, Optional.of(prepared))) {
      float[] got = product(machine, weights);
      KernelChoice choice = machine.choices().getFirst();
      System.out.println(choice.kernel());
      choice.declines().forEach(System.out::println);
      boolean same =
          Arrays.equals(got, product(reference, weights))
              && Arrays.equals(deltaRule(machine), deltaRule(reference));
      System.out.println(same ? "same bits" : "other bits");
    }
  }

  private static float[] product(Kernels kernels, Tensor weights) {
    Activations activations = new Activations(3, 256);
    activations.set(RandomBlocks.rows(3, 256, new Random(2)), 3);
    Rows out = Rows.allocate(3, 33);
    kernels.bind(weights).multiply(activations, out);
    return out.data();
  }

  private static float[] deltaRule(Kernels kernels) {
    Random random = new Random(3);
    Rows rows = RandomBlocks.rows(3, 64, random);
    Rows outputs = Rows.allocate(3, 64);
    float[] state = RandomBlocks.rows(1, 4 * 16 * 16, random).data();
    kernels.deltaRule(
        new DeltaRule(4, 4, 16, 16, true, rows, rows, rows, rows, rows, state, outputs), 0, 3);
    return outputs.data();
  }

  private static boolean refuseExecutableMemory() throws Throwable {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor type =
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG);
    var prctl =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("prctl"), type, Linker.Option.firstVariadicArg(1));
    return (int) prctl.invokeExact(SET_MEMORY_DENY_WRITE_EXECUTE, REFUSE_GAIN, 0L, 0L, 0L) == 0;
  }
}
