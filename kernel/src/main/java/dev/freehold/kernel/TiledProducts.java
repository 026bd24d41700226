package dev.freehold.kernel;

import java.util.Optional;

/// [Products] tile by tile, by way of [ProductTile].
///
/// Every product is seen as `c[i, l] = sum_j a(i, j) b[j, l]` over blocks of contracted indices
/// whose sums are joined as on a stack. Its outputs are cut by [ProductCut]; each chunk is one
/// worker's.
final class TiledProducts implements Products {
  private final WorkerPool pool;
  private final ForwardKernel forward;
  private final GradientProduct gradient;
  private final ProductScratch[] scratches;

  /// @param dots for products forward, where vectors hold 16 lanes
  TiledProducts(WorkerPool pool, ProductTile tile, Optional<DotTile> dots) {
    this.pool = pool;
    this.scratches = new ProductScratch[pool.size()];
    for (int i = 0; i < scratches.length; i++) {
      scratches[i] = new ProductScratch();
    }
    this.forward =
        dots.<ForwardKernel>map(dot -> new DotProduct(dot, pool.size()))
            .orElseGet(() -> new ForwardProduct(tile, scratches));
    this.gradient = new GradientProduct(tile, scratches);
  }

  /// Most floats that workers share where at most `length` indices are contracted.
  static long mostSharedFloats(long length, int widest) {
    return GradientProduct.mostSharedFloats(length, widest);
  }

  /// Most floats of a worker's memory where at most `length` indices are contracted.
  static long mostFloats(long length) {
    return GradientProduct.mostFloats(length);
  }

  @Override
  public long scratchBytes() {
    long bytes = forward.scratchBytes() + gradient.scratchBytes();
    for (ProductScratch scratch : scratches) {
      bytes += scratch.bytes();
    }
    return bytes;
  }

  @Override
  public void forward(ProductShape shape, Rows x, float[] w, Rows y) {
    forward.run(pool, shape, x, w, y);
  }

  @Override
  public void inputGradient(ProductShape shape, Rows dy, float[] w, Rows dx, Write write) {
    gradient.setLeft(dy.data(), dy.at(0), dy.stride(), 1);
    gradient.setRight(w, 0, shape.k());
    gradient.setOut(dx.data(), dx.at(0), dx.stride(), write);
    gradient.run(pool, shape.m(), shape.n(), shape.k());
  }

  @Override
  public void weightGradient(ProductShape shape, Rows dy, Rows x, float[] dw, Write write) {
    gradient.setLeft(dy.data(), dy.at(0), 1, dy.stride());
    gradient.setRight(x.data(), x.at(0), x.stride());
    gradient.setOut(dw, 0, shape.k(), write);
    gradient.run(pool, shape.n(), shape.m(), shape.k());
  }
}
