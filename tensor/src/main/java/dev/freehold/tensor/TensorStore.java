package dev.freehold.tensor;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An open model: metadata and named tensors, memory-mapped from one file or several.
///
/// The tensors' bytes live until [#close]; who opens closes.
public interface TensorStore extends AutoCloseable {
  /// Keys and values of the file; empty for safetensors but for its `__metadata__` strings.
  Metadata metadata();

  /// Tensors by name, in the order of the file.
  Map<String, Tensor> tensors();

  /// The files that are mapped, in order.
  List<Path> files();

  default Optional<Tensor> tensor(String name) {
    return Optional.ofNullable(tensors().get(name));
  }

  /// Checks that every mapped file still has the size and time stamp that it was mapped with; to be
  /// called before each step that reads weights.
  ///
  /// A file that is truncated between this check and the read of a page past its new end is the
  /// race that remains: a scalar read then throws `InternalError`, a compiled vector read ends the
  /// process.
  ///
  /// @throws TensorException where a file was truncated, replaced in place or removed
  void checkUnchanged();

  @Override
  void close();
}
