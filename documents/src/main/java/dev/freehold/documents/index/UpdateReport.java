package dev.freehold.documents.index;

import java.util.List;

/// What an update of an index did.
///
/// @param read files that are new or have changed, and were read
/// @param unchanged files that were not read again
/// @param removed files that are gone
/// @param leftOut files that are there and not in the index
/// @param passages of the whole index
/// @param problems what the person who asked should know
/// @param isFinished whether it went to its end
public record UpdateReport(
    int read,
    int unchanged,
    int removed,
    int leftOut,
    long passages,
    List<String> problems,
    boolean isFinished) {
  public UpdateReport {
    problems = List.copyOf(problems);
  }
}
