package dev.freehold.documents.index;

import dev.freehold.documents.extract.Extractor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What an update of an index is to do.
///
/// @param folders to be added to those that the index has
/// @param extractor makes texts of files
/// @param embedder makes vectors, where the index has or is to have them
/// @param isAnew whether all is read again, and vectors may come of another model
public record UpdateRequest(
    List<Path> folders,
    Extractor extractor,
    Optional<Embedder> embedder,
    ScanLimits limits,
    boolean isAnew) {
  public UpdateRequest {
    folders = List.copyOf(folders);
  }
}
