package dev.freehold.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/// Shows how far work on many bytes is: on a terminal one line that is written over, with speed and
/// time left; elsewhere a line for every tenth of long work.
final class ByteProgress {
  private static final long SECOND = 1_000_000_000L;
  private static final long REFRESH = SECOND / 5;
  private static final int BAR = 20;
  private static final int LABEL = 32;

  private final PrintStream err;
  private final boolean isTerminal;
  private final LongSupplier clock;
  private final long total;
  private final long begun;
  private long shownAt;
  private long shownTenth;
  private int lineLength;

  /// @param clock nanoseconds
  ByteProgress(PrintStream err, boolean isTerminal, LongSupplier clock, long total) {
    this.err = err;
    this.isTerminal = isTerminal;
    this.clock = clock;
    this.total = total;
    this.begun = clock.getAsLong();
    this.shownAt = begun;
  }

  /// @param done bytes of all the work so far
  void at(String label, long done) {
    long now = clock.getAsLong();
    if (now - shownAt < REFRESH) {
      return;
    }
    String line = line(label, Math.min(done, total), now);
    if (isTerminal) {
      shownAt = now;
      replace(line);
    } else if (total > 0 && done * 10 / total > shownTenth && now - begun > SECOND) {
      shownAt = now;
      shownTenth = done * 10 / total;
      err.println(line);
    }
  }

  private String line(String label, long done, long now) {
    int full = total == 0 ? BAR : (int) (done * BAR / total);
    StringBuilder line = new StringBuilder();
    line.append(shortened(label))
        .append("  [")
        .append("#".repeat(full))
        .append(".".repeat(BAR - full))
        .append(
            String.format(
                Locale.ROOT,
                "] %d %%  %s of %s",
                total == 0 ? 100 : done * 100 / total,
                Sizes.bytes(done),
                Sizes.bytes(total)));
    double seconds = (now - begun) / (double) SECOND;
    if (seconds >= 1 && done > 0) {
      double speed = done / seconds;
      line.append("  ").append(Sizes.bytes((long) speed)).append("/s");
      long left = Math.round(Math.min((total - done) / speed, 359_999));
      line.append("  %d:%02d left".formatted(left / 60, left % 60));
    }
    return line.toString();
  }

  private static String shortened(String label) {
    String shown = Failure.printable(label);
    return shown.length() <= LABEL ? shown : "..." + shown.substring(shown.length() - LABEL + 3);
  }

  /// A line that stays.
  void say(String line) {
    replace("");
    err.println(Failure.printable(line));
  }

  private void replace(String line) {
    if (!isTerminal) {
      return;
    }
    int length = line.length();
    err.print(
        "\r" + line + " ".repeat(Math.max(0, lineLength - length)) + (length == 0 ? "\r" : ""));
    err.flush();
    lineLength = length;
  }

  /// Leaves the cursor on a line of its own.
  void end() {
    replace("");
  }
}
