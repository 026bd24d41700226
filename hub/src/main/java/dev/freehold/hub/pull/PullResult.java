package dev.freehold.hub.pull;

import java.nio.file.Path;
import java.util.List;

/// What a pull has brought.
///
/// @param path the model: a GGUF file (the first of a split one), or a folder
/// @param paths of the plan's files, in its order
public record PullResult(PullPlan plan, Path path, List<Path> paths) {
  public PullResult {
    paths = List.copyOf(paths);
  }
}
