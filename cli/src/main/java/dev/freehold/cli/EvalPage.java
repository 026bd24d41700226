package dev.freehold.cli;

import dev.freehold.eval.record.RecordedRun;
import dev.freehold.eval.report.ReportPage;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Writes the page of evaluation runs.
final class EvalPage {
  private EvalPage() {}

  /// @throws CliException where the name is not that of a page
  static void requireName(Path file) {
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".html")) {
      throw new CliException(
          Exit.USAGE, "--to %s is no page".formatted(file), "Give it a name that ends in .html.");
    }
  }

  /// Writes the page, in the place of one that is there.
  static void write(Path file, List<RecordedRun> runs) {
    requireName(file);
    WholeFile.write(file, ReportPage.html(runs));
  }
}
