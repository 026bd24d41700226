package dev.freehold.documents.extract;

import java.util.List;

/// Where in a document a part of its text stands.
///
/// @param start the part's first character, within the text
/// @param headings the headings above it, the outermost first
/// @param page its page, from 1 on; 0 where the document has no pages
public record Place(int start, List<String> headings, int page) {
  /// The whole of a document without headings and pages.
  public static final Place WHOLE = new Place(0, List.of(), 0);

  public Place {
    headings = List.copyOf(headings);
  }
}
