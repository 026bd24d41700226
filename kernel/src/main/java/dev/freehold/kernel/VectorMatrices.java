package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.util.function.IntSupplier;

/// What the matrices of the vector tier share: kernels of one width, loaded when one is first used,
/// and the workers' scratch memory.
final class VectorMatrices {
  private final Deferred<TileKernel> tile;
  private final Deferred<DotKernel> dot;
  private final Deferred<FloatKernel> floats;
  private final Deferred<DirectDot> direct;
  private final Deferred<PreparedDot> prepared;
  private final Deferred<PreparedUnpacker> preparedUnpacker;
  private final Deferred<Unpackers> vectorUnpackers;
  private final Unpackers formatUnpackers = new FormatUnpackers();
  private final MatrixScratch[] scratches;

  VectorMatrices(IntSupplier laneBits, int workers) {
    tile = template(TileKernel.class, "VectorTile", laneBits);
    dot = template(DotKernel.class, "VectorDot", laneBits);
    floats = template(FloatKernel.class, "VectorFloat", laneBits);
    direct = template(DirectDot.class, "VectorDirectDot", laneBits);
    prepared = template(PreparedDot.class, "VectorPrepared", laneBits);
    preparedUnpacker = template(PreparedUnpacker.class, "VectorPreparedUnpacker", laneBits);
    vectorUnpackers = template(Unpackers.class, "VectorUnpacker", laneBits);
    scratches = new MatrixScratch[workers];
    for (int i = 0; i < workers; i++) {
      scratches[i] = new MatrixScratch();
    }
  }

  private static <T> Deferred<T> template(Class<T> type, String name, IntSupplier laneBits) {
    return new Deferred<>(() -> VectorTemplates.load(type, name, laneBits.getAsInt()));
  }

  TileKernel tile() {
    return tile.get();
  }

  DotKernel dot() {
    return dot.get();
  }

  FloatKernel floats() {
    return floats.get();
  }

  DirectDot direct() {
    return direct.get();
  }

  PreparedDot prepared() {
    return prepared.get();
  }

  PreparedUnpacker preparedUnpacker() {
    return preparedUnpacker.get();
  }

  /// Makes room for the sums of this many tokens.
  void reserve(int tokens) {
    for (MatrixScratch scratch : scratches) {
      scratch.reserve(tokens);
    }
  }

  MatrixScratch scratch(int worker) {
    return scratches[worker];
  }

  Unpackers unpackersOf(Dtype dtype) {
    return vectorUnpackers.get().takes(dtype) ? vectorUnpackers.get() : formatUnpackers;
  }
}
