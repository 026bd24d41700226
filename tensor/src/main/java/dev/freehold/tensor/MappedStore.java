package dev.freehold.tensor;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
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
  private final List<RandomAccessFile> opened = new ArrayList<>();

  MappedStore(Arena arena, Metadata metadata, Map<String, Tensor> tensors, List<MappedFile> files) {
    this.arena = arena;
    this.metadata = metadata;
    this.tensors = Collections.unmodifiableMap(tensors);
    this.files = List.copyOf(files);
    this.paths = files.stream().map(MappedFile::path).toList();
    try {
      for (Path path : paths) {
        opened.add(new RandomAccessFile(path.toFile(), "r"));
      }
    } catch (IOException e) {
      closeFiles();
      throw new TensorException("%s: cannot be opened: %s".formatted(paths, e), e);
    }
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
  @SuppressWarnings("ForLoopReplaceableByForEach") // an iterator would be allocated
  public void checkLengths() {
    for (int i = 0; i < opened.size(); i++) {
      MappedFile file = files.get(i);
      try {
        long length = opened.get(i).length();
        if (length != file.size()) {
          throw file.resized(length);
        }
      } catch (IOException e) {
        throw file.unreadable(e);
      }
    }
  }

  private void closeFiles() {
    for (RandomAccessFile file : opened) {
      try {
        file.close();
      } catch (IOException e) {
        throw new TensorException("%s: cannot be closed: %s".formatted(paths, e), e);
      }
    }
    opened.clear();
  }

  @Override
  public void close() {
    closeFiles();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
