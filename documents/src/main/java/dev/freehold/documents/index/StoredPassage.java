package dev.freehold.documents.index;

import java.util.List;

/// A passage as the index has it.
///
/// @param folder the folder's number
record StoredPassage(
    int folder,
    String path,
    String sha256,
    List<String> headings,
    int page,
    int start,
    int end,
    String text) {
  StoredPassage {
    headings = List.copyOf(headings);
  }
}
