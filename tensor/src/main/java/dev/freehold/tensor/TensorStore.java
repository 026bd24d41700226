package dev.freehold.tensor;

import java.lang.foreign.MemorySegment;
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

  /// Checks that every mapped file is still the one that was mapped, with its size and time stamp;
  /// to be called before the first step of a request.
  ///
  /// @throws TensorException where a file was truncated, written, replaced or removed
  void checkUnchanged();

  /// Checks that every mapped file still has its length; allocates nothing, and is to be called
  /// before each step that reads weights.
  ///
  /// A file that is truncated between this check and the read of a page past its new end is the
  /// race that remains: a scalar read then throws `InternalError`, a compiled vector read ends the
  /// process.
  ///
  /// @throws TensorException where a file was truncated or extended
  void checkLengths();

  /// Reads a byte of every page of `bytes`, so that pages that a shrunken file no longer backs are
  /// found by scalar reads, before a vector pass that they would end the process in.
  ///
  /// @throws TensorException where a page cannot be read, or a mapped file changed
  default void touch(MemorySegment bytes) {
    try {
      MappedPages.touch(bytes);
      checkUnchanged(); // leaves compiled code, where a fault that is still pending is thrown
    } catch (InternalError e) {
      throw new TensorException(
          "%s: mapped bytes cannot be read: the file was truncated or its disk failed"
              .formatted(files()),
          e);
    }
  }

  @Override
  void close();
}
