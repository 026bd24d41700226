package dev.freehold.kernel;

import dev.freehold.kernel.x86.FloatTile;
import dev.freehold.kernel.x86.Int8DotRows;
import dev.freehold.kernel.x86.Int8Emitter;
import dev.freehold.kernel.x86.Int8Stream;
import dev.freehold.kernel.x86.Int8Tile;
import dev.freehold.kernel.x86.Int8Unpack;
import dev.freehold.kernel.x86.Int8UnpackRows;
import dev.freehold.kernel.x86.Program;
import dev.freehold.kernel.x86.RowLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// The emitted kernels of this process: each is written when it is first asked for, and stays.
///
/// The garbage collector waits for a call, so that each does a chunk's stretch at most.
final class MachineKernels {
  /// Calls [Int8Chunk], [Int8Stream] and [Int8DotRows].
  private static final MethodHandle MULTIPLY =
      Program.caller(
          FunctionDescriptor.ofVoid(
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG));

  private static final MachineKernels ALL = new MachineKernels();

  /// By what they were emitted for: the generator and its arguments.
  private final Map<List<Object>, MemorySegment> emitted = new ConcurrentHashMap<>();

  private final Map<List<Object>, Tiles> tiles = new ConcurrentHashMap<>();
  private final Map<List<Object>, Interleaved> interleaved = new ConcurrentHashMap<>();

  private MachineKernels() {}

  static MachineKernels all() {
    return ALL;
  }

  /// Where the kernel of this key begins, which names its generator and the generator's arguments.
  MemorySegment get(List<Object> key, Supplier<byte[]> code) {
    return emitted.computeIfAbsent(key, absent -> Program.of(code.get()).entry());
  }

  static RuntimeException failed(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException exception
        ? exception
        : new KernelException("machine code", e);
  }

  /// Calls [Int8Chunk].
  static void multiply(
      MemorySegment code,
      long chunk,
      Activations x,
      MemorySegment starts,
      MemorySegment out,
      long plan) {
    try {
      MULTIPLY.invokeExact(code, chunk, x.integersSegment(), x.scalesSegment(), starts, out, plan);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static Int8Emitter emitter(InstructionSet instructions) {
    return switch (instructions) {
      case AVX512_VNNI -> Int8Emitter.AVX512_VNNI;
      case AVX_VNNI -> Int8Emitter.AVX_VNNI;
      case AVX2 -> Int8Emitter.AVX2;
    };
  }

  /// [Int8Tile] for matrices of one kind, so that no kernel is looked up in a step; each is emitted
  /// at its first use.
  static final class Tiles {
    private final EmittedKernel[][] tiles = new EmittedKernel[Int8Tile.GROUPS][Int8Tile.TOKENS];

    /// Those for AVX-512 with VNNI, for weights unpacked by whatever code.
    static Tiles of(Int8Tile.Ending ending) {
      return of(List.of(ending), (groups, tokens) -> Int8Tile.emit(groups, tokens, ending));
    }

    /// Those for weights unpacked from interleaved rows of a layout.
    static Tiles of(Int8Emitter emitter, Int8Unpack.Layout layout) {
      return emitter == Int8Emitter.AVX512_VNNI
          ? of(Int8Tile.Ending.of(layout))
          : of(List.of(emitter, layout), (groups, tokens) -> emitter.tile(groups, tokens, layout));
    }

    private static Tiles of(List<Object> key, Generator generator) {
      return ALL.tiles.computeIfAbsent(key, absent -> new Tiles(key, generator));
    }

    private interface Generator {
      byte[] emit(int groups, int tokens);
    }

    private Tiles(List<Object> key, Generator generator) {
      for (int g = 1; g <= Int8Tile.GROUPS; g++) {
        for (int t = 1; t <= Int8Tile.TOKENS; t++) {
          int groups = g;
          int tokens = t;
          tiles[g - 1][t - 1] =
              new EmittedKernel(
                  List.of(Int8Tile.class, key, g, t), () -> generator.emit(groups, tokens));
        }
      }
    }

    MemorySegment entry(int groups, int tokens) {
      return tiles[groups - 1][tokens - 1].entry();
    }
  }

  /// What reads interleaved rows of one layout: [Int8Unpack] and [Int8Stream], each emitted at its
  /// first use.
  static final class Interleaved {
    private final EmittedKernel unpack;
    private final EmittedKernel[] streams;
    private final EmittedKernel passing;

    static Interleaved of(Int8Emitter emitter, Int8Unpack.Layout layout) {
      return ALL.interleaved.computeIfAbsent(
          List.of(emitter, layout), absent -> new Interleaved(emitter, layout));
    }

    private Interleaved(Int8Emitter emitter, Int8Unpack.Layout layout) {
      unpack =
          new EmittedKernel(
              List.of(Int8Unpack.class, emitter, layout), () -> emitter.unpack(layout));
      passing =
          new EmittedKernel(
              List.of(Int8Stream.class, emitter, layout), () -> emitter.passingStream(layout));
      streams = new EmittedKernel[emitter.streamTokens()];
      for (int t = 1; t <= streams.length; t++) {
        int tokens = t;
        streams[t - 1] =
            new EmittedKernel(
                List.of(Int8Stream.class, emitter, t, layout),
                () -> emitter.stream(tokens, layout));
      }
    }

    MemorySegment unpack() {
      return unpack.entry();
    }

    /// @param stays whether the weights are to stay in a cache, if there is one token
    void multiply(
        int tokens,
        boolean stays,
        long weights,
        MemorySegment x,
        MemorySegment xScales,
        MemorySegment starts,
        MemorySegment out,
        long fields) {
      try {
        EmittedKernel stream = tokens > 1 || stays ? streams[tokens - 1] : passing;
        MULTIPLY.invokeExact(stream.entry(), weights, x, xScales, starts, out, fields);
      } catch (Throwable e) {
        throw failed(e);
      }
    }
  }

  /// What reads groups of rows in a file's own layout: [Int8UnpackRows] and [Int8DotRows].
  static final class InPlace {
    private final MemorySegment unpack;
    private final MemorySegment dot;

    InPlace(RowLayout layout, int rows) {
      unpack =
          ALL.get(
              List.of(Int8UnpackRows.class, layout, rows), () -> Int8UnpackRows.emit(layout, rows));
      dot = ALL.get(List.of(Int8DotRows.class, layout, rows), () -> Int8DotRows.emit(layout, rows));
    }

    void multiply(
        long weights,
        MemorySegment x,
        MemorySegment xScales,
        MemorySegment starts,
        MemorySegment out,
        long fields) {
      try {
        MULTIPLY.invokeExact(dot, weights, x, xScales, starts, out, fields);
      } catch (Throwable e) {
        throw failed(e);
      }
    }

    MemorySegment unpack() {
      return unpack;
    }
  }

  /// What multiplies rows of float weights: [FloatTile].
  static final class Floats {
    private static final MethodHandle MULTIPLY_FLOATS =
        Program.caller(
            FunctionDescriptor.ofVoid(
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG));

    private final MemorySegment[] tiles = new MemorySegment[FloatTile.TOKENS];

    Floats(int rows, FloatTile.Weights weights) {
      for (int t = 1; t <= FloatTile.TOKENS; t++) {
        int tokens = t;
        tiles[t - 1] =
            ALL.get(
                List.of(FloatTile.class, rows, tokens, weights),
                () -> FloatTile.emit(rows, tokens, weights));
      }
    }

    void multiply(int tokens, long weights, MemorySegment x, MemorySegment lanes, long fields) {
      try {
        MULTIPLY_FLOATS.invokeExact(tiles[tokens - 1], weights, x, lanes, fields);
      } catch (Throwable e) {
        throw failed(e);
      }
    }
  }
}
