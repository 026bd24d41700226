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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

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

  /// Why this process runs none, found out once.
  private static final class Probe {
    static final Optional<String> REASON = reason();

    private static Optional<String> reason() {
      try {
        Processor processor = Processor.probe();
        return processor.vnni()
            ? Optional.empty()
            : Optional.of(
                "machine code is written for processors with AVX-512 VNNI, this one has "
                    + String.join(", ", processor.names()));
      } catch (CodeException | IllegalCallerException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    }
  }

  private static final MachineKernels ALL = new MachineKernels();

  /// By what they were emitted for: the generator and its arguments.
  private final Map<List<Object>, MethodHandle> emitted = new ConcurrentHashMap<>();

  private MachineKernels() {}

  /// Why machine code cannot run here, or empty where it can.
  static Optional<String> unavailable() {
    return Probe.REASON;
  }

  static MachineKernels all() {
    return ALL;
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

    private static RuntimeException failed(Throwable e) {
      if (e instanceof Error error) {
        throw error;
      }
      return e instanceof RuntimeException exception
          ? exception
          : new KernelException("machine code", e);
    }
  }
}
