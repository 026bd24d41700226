package dev.freehold.agent.workflow;

import java.util.List;

/// Whoever finds passages in documents.
public interface DocumentSearch {
  /// A piece of a document.
  ///
  /// @param source the document, as people know it
  /// @param place in it, as a heading or a page; may be empty
  /// @param quote its words as they stand there
  /// @param score how well it fits; the larger the better
  record Passage(String source, String place, String quote, double score) {}

  /// The passages that fit best, the best first; none where nothing fits.
  ///
  /// @param index the name of what is searched
  /// @throws StepException where it cannot be searched
  List<Passage> search(String index, String query, int most);

  DocumentSearch NONE =
      (index, query, most) -> {
        throw new StepException("there are no documents to search here");
      };
}
