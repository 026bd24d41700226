package dev.freehold.kernel;

/// Most scratch memory that training takes, over all tiers and widths of vectors.
final class ScratchBound {
  private ScratchBound() {}

  /// See [TrainingKernels#mostScratchBytes].
  static long bytes(int threads, long rows, int length, int widest, AttentionShape shape) {
    long most = Math.max(rows, widest);
    long perThread = TiledProducts.mostFloats(most);
    long normSums = (rows / Products.BLOCK + 1) * widest;
    long tiles =
        ForwardProduct.mostFloats(widest) + threads * ForwardProduct.mostPackedFloats(widest);
    long forward = Math.max(tiles, threads * DotProduct.mostFloats(widest));
    long shared = TiledProducts.mostSharedFloats(most, widest);
    long products = Float.BYTES * (forward + shared + threads * perThread);
    long others = threads * (TiledAttention.mostFloats(length, shape) + 32) + normSums;
    return Math.max(products, MachineProducts.mostBytes(threads, most, widest))
        + Float.BYTES * others;
  }
}
