package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;

/// What the matrices of the vector tier share: kernels of one width and the workers' scratch
/// memory.
final class VectorMatrices {
  private final TileKernel tile;
  private final DotKernel dot;
  private final FloatKernel floats;
  private final DirectDot direct;
  private final PreparedDot prepared;
  private final PreparedUnpacker preparedUnpacker;
  private final Unpackers vectorUnpackers;
  private final Unpackers formatUnpackers = new FormatUnpackers();
  private final MatrixScratch[] scratches;

  VectorMatrices(int laneBits, int workers) {
    tile = VectorTemplates.load(TileKernel.class, "VectorTile", laneBits);
    dot = VectorTemplates.load(DotKernel.class, "VectorDot", laneBits);
    floats = VectorTemplates.load(FloatKernel.class, "VectorFloat", laneBits);
    direct = VectorTemplates.load(DirectDot.class, "VectorDirectDot", laneBits);
    prepared = VectorTemplates.load(PreparedDot.class, "VectorPrepared", laneBits);
    preparedUnpacker =
        VectorTemplates.load(PreparedUnpacker.class, "VectorPreparedUnpacker", laneBits);
    vectorUnpackers = VectorTemplates.load(Unpackers.class, "VectorUnpacker", laneBits);
    scratches = new MatrixScratch[workers];
    for (int i = 0; i < workers; i++) {
      scratches[i] = new MatrixScratch();
    }
  }

  TileKernel tile() {
    return tile;
  }

  DotKernel dot() {
    return dot;
  }

  FloatKernel floats() {
    return floats;
  }

  DirectDot direct() {
    return direct;
  }

  PreparedDot prepared() {
    return prepared;
  }

  PreparedUnpacker preparedUnpacker() {
    return preparedUnpacker;
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
    return vectorUnpackers.takes(dtype) ? vectorUnpackers : formatUnpackers;
  }
}
