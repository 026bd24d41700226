package dev.freehold.kernel;

/// A way to compute [Products#forward] with vectors.
sealed interface ForwardKernel permits DotProduct, ForwardProduct {
  /// Bytes of scratch memory taken so far.
  long scratchBytes();

  void run(WorkerPool pool, ProductShape shape, Rows x, float[] w, Rows y);
}
