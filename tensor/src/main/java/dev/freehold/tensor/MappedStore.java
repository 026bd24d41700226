package dev.freehold.tensor;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// The tensors of mapped files; owns the arena that their bytes live in.
final class MappedStore implements TensorStore {
  private final Arena arena;
  private final Metadata metadata;
  private final Map<String, Tensor> tensors;
  private final List<MappedFile> files;
  private final List<Path> paths;

  MappedStore(Arena arena, Metadata metadata, Map<String, Tensor> tensors, List<MappedFile> files) {
    this.arena = arena;
    this.metadata = metadata;
    this.tensors = Collections.unmodifiableMap(tensors);
    this.files = List.copyOf(files);
    this.paths = files.stream().map(MappedFile::path).toList();
  }

  @Override
  public Metadata metadata() {
    return metadata;
  }

  @Override
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  @Override
  public List<Path> files() {
    return paths;
  }

  @Override
  public void checkUnchanged() {
    for (MappedFile file : files) {
      file.checkUnchanged();
    }
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
