package dev.freehold.documents.index;

import java.nio.file.Path;
import java.util.List;

/// A passage that answers a question perhaps, and where it stands.
///
/// @param folder the folder that was added
/// @param path the document, within the folder, with `/` between names
/// @param sha256 of the document when it was read
/// @param headings above the passage, the outermost first
/// @param page from 1 on; 0 where the document has no pages
/// @param start its first character, within the document's extracted text
/// @param end after its last one
/// @param text the passage itself, as the document has it
/// @param relevance how well it fits the question
public record FoundPassage(
    Path folder,
    String path,
    String sha256,
    List<String> headings,
    int page,
    int start,
    int end,
    String text,
    Relevance relevance) {
  public FoundPassage {
    headings = List.copyOf(headings);
  }

  /// The document's file.
  public Path file() {
    return folder.resolve(path);
  }

  /// Document, page and headings on one line.
  public String where() {
    StringBuilder where = new StringBuilder(path);
    if (page > 0) {
      where.append(", page ").append(page);
    }
    for (int i = 0; i < headings.size(); i++) {
      where.append(i == 0 ? ", " : " > ").append(headings.get(i));
    }
    return where.toString();
  }
}
