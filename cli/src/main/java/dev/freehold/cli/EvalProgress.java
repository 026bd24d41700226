package dev.freehold.cli;

import dev.freehold.eval.Evaluation;
import dev.freehold.eval.Outcome;
import dev.freehold.eval.record.ItemResult;
import dev.freehold.eval.record.PairResult;
import dev.freehold.eval.record.RunFile;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/// Keeps each result in the run's file, and shows how far the run is: on a terminal one line that
/// is written over, elsewhere a line for every tenth.
final class EvalProgress implements Evaluation.Listener {
  private static final long SECOND = 1_000_000_000L;
  private static final long REFRESH = SECOND / 5;
  private static final int BAR = 20;

  private final RunFile file;
  private final PrintStream err;
  private final boolean isTerminal;
  private final LongSupplier nanos;
  private final int all;
  private final long start;
  private int done;
  private int right;
  private int errors;
  private long shownAt = Long.MIN_VALUE / 2;
  private int shownTenth;
  private int lineLength;

  /// @param all how many answers are to come
  /// @param nanos a clock that only goes forward
  EvalProgress(RunFile file, int all, PrintStream err, boolean isTerminal, LongSupplier nanos) {
    this.file = file;
    this.all = all;
    this.err = err;
    this.isTerminal = isTerminal;
    this.nanos = nanos;
    this.start = nanos.getAsLong();
  }

  @Override
  public void finished(ItemResult result) {
    file.append(result);
    done++;
    right += result.outcome() == Outcome.RIGHT ? 1 : 0;
    errors += result.outcome() == Outcome.ERROR ? 1 : 0;
    long now = nanos.getAsLong();
    if (isTerminal && (now - shownAt >= REFRESH || done == all)) {
      shownAt = now;
      replace(line(result.backend(), now));
    } else if (!isTerminal && done * 10L / all > shownTenth) {
      shownTenth = (int) (done * 10L / all);
      err.println(line(result.backend(), now));
    }
  }

  @Override
  public void compared(PairResult result) {
    file.append(result);
  }

  private String line(String backend, long now) {
    int full = (int) ((long) done * BAR / all);
    double seconds = (now - start) / (double) SECOND;
    return String.format(
        Locale.ROOT,
        "[%s%s] %d of %d  %s  %d right, %d errors  %.0f s left",
        "#".repeat(full),
        ".".repeat(BAR - full),
        done,
        all,
        Failure.printable(backend),
        right,
        errors,
        seconds / done * (all - done));
  }

  private void replace(String text) {
    err.print("\r" + text + " ".repeat(Math.max(0, lineLength - text.length())));
    err.flush();
    lineLength = text.length();
  }

  /// Takes the line of progress away.
  void end() {
    if (lineLength > 0) {
      err.print("\r" + " ".repeat(lineLength) + "\r");
      err.flush();
      lineLength = 0;
    }
  }
}
