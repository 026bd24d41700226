package dev.freehold.eval.score;

import java.util.OptionalLong;
import java.util.function.DoublePredicate;

/// What a backend must reach to be good enough, and what the items say about it.
public sealed interface Requirement {
  /// The share of right replies is at least this.
  record AtLeast(double share) implements Requirement {
    public AtLeast {
      if (!(share > 0 && share < 1)) {
        throw new IllegalArgumentException("a share between 0 and 1 is needed, found " + share);
      }
    }

    /// Passed where the whole interval is at or above the share, failed where it is below.
    public Finding judge(Share found) {
      if (found.isEmpty()) {
        return new Finding(Verdict.NOT_DECIDED, OptionalLong.empty());
      }
      if (found.low() >= share) {
        return new Finding(Verdict.PASSED, OptionalLong.empty());
      }
      if (found.high() < share) {
        return new Finding(Verdict.FAILED, OptionalLong.empty());
      }
      return new Finding(
          Verdict.NOT_DECIDED,
          Requirement.more(
              found.all(),
              items ->
                  found.scaledTo(items).low() >= share || found.scaledTo(items).high() < share));
    }
  }

  /// The share of right replies is not lower than another backend's by the margin or more.
  record NotWorse(double margin) implements Requirement {
    public NotWorse {
      if (!(margin > 0 && margin < 1)) {
        throw new IllegalArgumentException("a margin between 0 and 1 is needed, found " + margin);
      }
    }

    /// Passed where the whole interval of the difference is above `-margin`, failed where it is
    /// below.
    public Finding judge(PairedShares found) {
      if (found.items() == 0) {
        return new Finding(Verdict.NOT_DECIDED, OptionalLong.empty());
      }
      if (found.low() > -margin) {
        return new Finding(Verdict.PASSED, OptionalLong.empty());
      }
      if (found.high() < -margin) {
        return new Finding(Verdict.FAILED, OptionalLong.empty());
      }
      return new Finding(
          Verdict.NOT_DECIDED,
          Requirement.more(
              found.items(),
              items ->
                  found.scaledTo(items).low() > -margin || found.scaledTo(items).high() < -margin));
    }
  }

  /// Whether a requirement is met.
  enum Verdict {
    PASSED,
    FAILED,
    /// The interval holds both.
    NOT_DECIDED
  }

  /// A verdict, and how many more items would decide it if they came out as those so far.
  ///
  /// @param moreItems empty where it is decided, or where no number below [#MOST_ITEMS] would do
  record Finding(Verdict verdict, OptionalLong moreItems) {}

  /// More items than this are not worth to be named.
  long MOST_ITEMS = 10_000_000;

  private static OptionalLong more(double items, DoublePredicate decides) {
    if (!decides.test(MOST_ITEMS)) {
      return OptionalLong.empty();
    }
    long no = (long) items;
    long yes = MOST_ITEMS;
    while (yes - no > 1) {
      long middle = no + (yes - no) / 2;
      if (decides.test(middle)) {
        yes = middle;
      } else {
        no = middle;
      }
    }
    return OptionalLong.of(yes - (long) items);
  }
}
