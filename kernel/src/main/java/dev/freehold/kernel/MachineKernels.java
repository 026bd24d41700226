package dev.freehold.kernel;

import dev.freehold.kernel.x86.CodeException;
import dev.freehold.kernel.x86.Int8Row;
import dev.freehold.kernel.x86.Int8Tile;
import dev.freehold.kernel.x86.Int8Unpack;
import dev.freehold.kernel.x86.Processor;
import dev.freehold.kernel.x86.Program;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// The emitted kernels of this process: each is written when it is first asked for, and stays.
///
/// The garbage collector waits for a call, so that each does a chunk's stretch at most.
final class MachineKernels {
  /// Of [Int8Tile] and [Int8Row].
  private static final FunctionDescriptor MULTIPLY =
      FunctionDescriptor.ofVoid(
          ValueLayout.JAVA_LONG,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG);

  private static final FunctionDescriptor UNPACK =
      FunctionDescriptor.ofVoid(
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG);

  /// What this process can run, found out once.
  private static final class Probe {
    static final Probe FOUND = probe();

    private final Optional<Processor> processor;
    private final String reason;

    private Probe(Optional<Processor> processor, String reason) {
      this.processor = processor;
      this.reason = reason;
    }

    private static Probe probe() {
      String system = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
      if (!system.toLowerCase(Locale.ROOT).equals("linux on amd64")) {
        String reason = "machine code is written for Linux on x86-64, this is " + system;
        return new Probe(Optional.empty(), reason);
      }
      try {
        return new Probe(Optional.of(Processor.probe()), "");
      } catch (CodeException | IllegalCallerException e) {
        return new Probe(Optional.empty(), String.valueOf(e.getMessage()));
      }
    }

    Optional<String> lacks(String what, Predicate<Processor> has) {
      if (processor.isEmpty()) {
        return Optional.of(reason);
      }
      return has.test(processor.get())
          ? Optional.empty()
          : Optional.of(
              "machine code is written for processors with %s, this one has %s"
                  .formatted(what, String.join(", ", processor.get().names())));
    }
  }

  private static final MachineKernels ALL = new MachineKernels();

  /// By what they were emitted for: the generator and its arguments.
  private final Map<List<Object>, MethodHandle> emitted = new ConcurrentHashMap<>();

  private MachineKernels() {}

  /// Why machine code cannot run here, or empty where it can.
  static Optional<String> unavailable() {
    return Probe.FOUND.lacks("AVX-512 VNNI", Processor::vnni);
  }

  /// The same for products of float32 factors, which need less.
  static Optional<String> floatsUnavailable() {
    return Probe.FOUND.lacks("AVX-512", Processor::avx512);
  }

  static MachineKernels all() {
    return ALL;
  }

  /// The kernel of this key, which names its generator and the generator's arguments.
  MethodHandle kernel(List<Object> key, FunctionDescriptor type, Supplier<byte[]> code) {
    return emitted.computeIfAbsent(key, absent -> Program.of(code.get()).function(type));
  }

  private MethodHandle tile(int groups, int tokens, Int8Tile.Ending ending) {
    return emitted.computeIfAbsent(
        List.of(Int8Tile.class, groups, tokens, ending),
        key -> Program.of(Int8Tile.emit(groups, tokens, ending)).function(MULTIPLY));
  }

  private MethodHandle row(int groups, Int8Unpack.Layout layout) {
    return emitted.computeIfAbsent(
        List.of(Int8Row.class, groups, layout),
        key -> Program.of(Int8Row.emit(groups, layout)).function(MULTIPLY));
  }

  private MethodHandle unpacker(Int8Unpack.Layout layout) {
    return emitted.computeIfAbsent(
        List.of(Int8Unpack.class, layout),
        key -> Program.of(Int8Unpack.emit(layout)).function(UNPACK));
  }

  /// The kernels of one matrix, so that none is looked up in a step.
  static final class Int8 {
    private final MethodHandle unpack;
    private final MethodHandle[][] tiles = new MethodHandle[Int8Tile.GROUPS][Int8Tile.TOKENS];
    private final MethodHandle[] rows = new MethodHandle[Int8Row.GROUPS];

    Int8(MachineKernels kernels, Int8Unpack.Layout layout, Int8Tile.Ending ending) {
      unpack = kernels.unpacker(layout);
      for (int groups = 1; groups <= Int8Row.GROUPS; groups++) {
        rows[groups - 1] = kernels.row(groups, layout);
      }
      for (int groups = 1; groups <= Int8Tile.GROUPS; groups++) {
        for (int tokens = 1; tokens <= Int8Tile.TOKENS; tokens++) {
          tiles[groups - 1][tokens - 1] = kernels.tile(groups, tokens, ending);
        }
      }
    }

    /// See [Int8Unpack].
    void unpack(long bits, long scales, long high, long toBits, long toScales, long blocks) {
      try {
        unpack.invokeExact(bits, scales, high, toBits, toScales, blocks);
      } catch (Throwable e) {
        throw failed(e);
      }
    }

    /// See [Int8Tile].
    void multiply(
        int groups,
        int tokens,
        long bits,
        MemorySegment x,
        MemorySegment xScales,
        MemorySegment starts,
        MemorySegment out,
        long fields) {
      try {
        tiles[groups - 1][tokens - 1].invokeExact(bits, x, xScales, starts, out, fields);
      } catch (Throwable e) {
        throw failed(e);
      }
    }

    /// See [Int8Row].
    void multiplyRow(
        int groups,
        long weights,
        MemorySegment x,
        MemorySegment xScales,
        MemorySegment starts,
        MemorySegment out,
        long fields) {
      try {
        rows[groups - 1].invokeExact(weights, x, xScales, starts, out, fields);
      } catch (Throwable e) {
        throw failed(e);
      }
    }
  }

  static RuntimeException failed(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException exception
        ? exception
        : new KernelException("machine code", e);
  }
}
