package dev.freehold.cli;

import dev.freehold.documents.index.FoundPassage;

/// Passages as they are printed.
final class PassageText {
  private PassageText() {}

  /// The lines of a passage, safe for a terminal and set in.
  static String indented(String text) {
    return TerminalStreams.safe(text)
        .lines()
        .map(line -> line.isBlank() ? "" : "    " + line)
        .collect(java.util.stream.Collectors.joining(System.lineSeparator()));
  }

  static void print(JsonPrinter printer, FoundPassage found) {
    printer.object(() -> {
      printer.field("folder", found.folder().toString());
      printer.field("path", found.path());
      printer.field("sha256", found.sha256());
      printer.array("headings", found.headings(), printer::value);
      printer.field("page", found.page());
      printer.field("start", found.start());
      printer.field("end", found.end());
      printer.field("text", found.text());
      printer.field("coverage", found.relevance().coverage());
      found
          .relevance()
          .similarity()
          .ifPresent(similarity -> printer.field("similarity", similarity));
    });
  }
}
