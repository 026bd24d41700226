package dev.freehold.kernel;

import dev.freehold.tensor.Tensor;
import java.util.Optional;

/// One way to multiply weight matrices, in the ordered list from which one is chosen per matrix.
interface MatrixKernel {
  String name();

  /// Why this kernel does not take the matrix, or empty if it does.
  Optional<String> declines(Tensor weights, Kernels kernels);

  /// Binds a matrix that was not declined.
  Matrix bind(Tensor weights, Kernels kernels);
}
