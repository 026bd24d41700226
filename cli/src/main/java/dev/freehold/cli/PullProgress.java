package dev.freehold.cli;

import dev.freehold.hub.pull.PullEvent;
import dev.freehold.hub.pull.PullPlan;
import dev.freehold.hub.pull.RemoteFile;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Shows how far a pull is: on a terminal one line that is written over, with speed and time left;
/// elsewhere a line for every tenth.
final class PullProgress implements Consumer<PullEvent> {
  private static final long SECOND = 1_000_000_000L;
  private static final long REFRESH = SECOND / 5;
  private static final long WINDOW = 10 * SECOND;
  private static final int BAR = 20;
  private static final int NAME = 32;
  private static final long SLOW_BYTES = 64L << 20;

  /// How many bytes had been fetched at a time.
  private record Mark(long nanos, long bytes) {}

  private final PrintStream err;
  private final boolean isTerminal;
  private final LongSupplier clock;
  private final Map<String, Long> here = new HashMap<>();
  private final Deque<Mark> marks = new ArrayDeque<>();
  private long total;
  private long sum;
  private long shownAt = Long.MIN_VALUE / 2;
  private long shownTenth;
  private int lineLength;
  private volatile boolean hasFetched;

  /// @param clock nanoseconds
  PullProgress(PrintStream err, boolean isTerminal, LongSupplier clock) {
    this.err = err;
    this.isTerminal = isTerminal;
    this.clock = clock;
  }

  @Override
  public void accept(PullEvent event) {
    switch (event) {
      case PullEvent.Looking looking -> say("looking for " + looking.where());
      case PullEvent.Planned planned -> begin(planned.plan());
      case PullEvent.Expected(String name, int files, long bytes, long known) ->
          begin(name, files, bytes, bytes - known);
      case PullEvent.Fetched fetched -> fetched(fetched.file(), fetched.bytes());
      case PullEvent.Verified verified -> verified(verified.file(), verified.bytes());
      case PullEvent.Finished finished -> {
        count(finished.file(), finished.file().bytes());
        say(
            "%s  %s, %s"
                .formatted(
                    finished.file().name(),
                    Sizes.bytes(finished.file().bytes()),
                    finished.wasThere() ? "was here; verified" : "fetched and verified"));
      }
      case PullEvent.Waiting waiting ->
          say(
              "%s; again in %.1f s"
                  .formatted(waiting.reason(), waiting.pause().toMillis() / 1000.0));
      case PullEvent.Note note -> say("note: " + note.text());
    }
  }

  private void begin(PullPlan plan) {
    here.putAll(plan.here());
    begin(plan.name(), plan.files().size(), plan.bytes(), plan.missing());
  }

  private void begin(String name, int files, long bytes, long missing) {
    total = bytes;
    sum = total - missing;
    shownTenth = total == 0 ? 0 : sum * 10 / total;
    say(
        "%s: %d file%s, %s; %s to fetch"
            .formatted(
                name, files, files == 1 ? "" : "s", Sizes.bytes(total), Sizes.bytes(missing)));
  }

  private void count(RemoteFile file, long bytes) {
    Long before = here.put(file.name(), bytes);
    sum += bytes - (before == null ? 0 : before);
  }

  private void fetched(RemoteFile file, long bytes) {
    hasFetched = true;
    count(file, bytes);
    long now = clock.getAsLong();
    if (now - shownAt < REFRESH) {
      return;
    }
    while (!marks.isEmpty() && now - marks.getFirst().nanos() > WINDOW) {
      marks.removeFirst();
    }
    marks.addLast(new Mark(now, sum));
    if (isTerminal) {
      shownAt = now;
      replace(line(file, now));
    } else if (total > 0 && sum * 10 / total > shownTenth) {
      shownAt = now;
      shownTenth = sum * 10 / total;
      err.println(line(file, now));
    }
  }

  /// The line of progress: bar, share, sizes, speed, time left.
  private String line(RemoteFile file, long now) {
    int full = total == 0 ? BAR : (int) Math.min(BAR, sum * BAR / total);
    StringBuilder line = new StringBuilder();
    line.append(shortened(file.name()))
        .append("  [")
        .append("#".repeat(full))
        .append(".".repeat(BAR - full))
        .append(
            String.format(
                Locale.ROOT,
                "] %d %%  %s of %s",
                total == 0 ? 100 : sum * 100 / total,
                Sizes.bytes(sum),
                Sizes.bytes(total)));
    Mark first = marks.getFirst();
    if (now - first.nanos() >= SECOND && sum > first.bytes()) {
      double speed = (sum - first.bytes()) / ((now - first.nanos()) / (double) SECOND);
      line.append("  ").append(Sizes.bytes((long) speed)).append("/s  ");
      line.append(time((total - sum) / speed)).append(" left");
    }
    return line.toString();
  }

  private void verified(RemoteFile file, long bytes) {
    long now = clock.getAsLong();
    if (isTerminal && file.bytes() > SLOW_BYTES && now - shownAt >= REFRESH) {
      shownAt = now;
      replace("verifying " + shortened(file.name()) + "  " + bytes * 100 / file.bytes() + " %");
    }
  }

  private static String shortened(String name) {
    String shown = Failure.printable(name);
    return shown.length() <= NAME ? shown : "..." + shown.substring(shown.length() - NAME + 3);
  }

  private static String time(double seconds) {
    long whole = Math.round(Math.min(seconds, 359_999));
    return whole < 3600
        ? "%d:%02d".formatted(whole / 60, whole % 60)
        : "%d:%02d h".formatted(whole / 3600, whole / 60 % 60);
  }

  /// Whether anything came over the network.
  boolean hasFetched() {
    return hasFetched;
  }

  /// A line that stays.
  private void say(String text) {
    end();
    err.println(Failure.printable(text));
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
