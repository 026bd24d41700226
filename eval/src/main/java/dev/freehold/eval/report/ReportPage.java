package dev.freehold.eval.report;

import dev.freehold.eval.record.RecordedRun;
import java.util.List;

/// A page about runs: one HTML file without scripts that fetches nothing.
public final class ReportPage {
  private ReportPage() {}

  /// The page.
  public static String html(List<RecordedRun> runs) {
    return "<!DOCTYPE html><title>" + runs.size() + "</title>";
  }
}
