package dev.freehold.cli;

import dev.freehold.documents.index.FoundPassage;
import dev.freehold.documents.index.Relevance;
import java.io.PrintStream;
import java.util.Locale;

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

  /// A passage below its place and how well it fits.
  static void print(PrintStream out, FoundPassage found) {
    Relevance relevance = found.relevance();
    String similarity =
        relevance.similarity().isPresent()
            ? String.format(Locale.ROOT, ", cosine %.2f", relevance.similarity().getAsDouble())
            : "";
    out.printf(
        Locale.ROOT,
        "%s  (words %.0f %%%s)%n",
        Failure.printable(found.where()),
        100 * relevance.coverage(),
        similarity);
    out.println(PassageText.indented(found.text()));
    out.println();
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
