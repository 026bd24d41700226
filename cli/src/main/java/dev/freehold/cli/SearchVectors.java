package dev.freehold.cli;

import dev.freehold.documents.index.Embedder;
import dev.freehold.documents.index.OpenIndex;
import java.util.Optional;

/// The embedding model that a search in an index needs, where it has vectors; else it is said that
/// words alone count.
final class SearchVectors implements AutoCloseable {
  private final Optional<LocalEmbeddings> embeddings;

  private SearchVectors(Optional<LocalEmbeddings> embeddings) {
    this.embeddings = embeddings;
  }

  /// @param wordsOnly whether vectors are left aside
  static SearchVectors open(Surroundings surroundings, OpenIndex index, boolean wordsOnly) {
    Optional<LocalEmbeddings> opened =
        wordsOnly
            ? Optional.empty()
            : LocalEmbeddings.open(surroundings, new EmbeddingOption(), index.state().embeddings());
    if (opened.isEmpty()) {
      surroundings.err().println("note: searched by words alone, without an embedding model");
    }
    return new SearchVectors(opened);
  }

  Optional<Embedder> embedder() {
    return embeddings.map(LocalEmbeddings::embedder);
  }

  @Override
  public void close() {
    embeddings.ifPresent(LocalEmbeddings::close);
  }
}
