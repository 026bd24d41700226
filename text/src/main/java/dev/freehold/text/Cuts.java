package dev.freehold.text;

import dev.freehold.text.regex.Matcher;
import dev.freehold.text.unicode.IntList;
import java.util.Locale;
import java.util.function.IntPredicate;

/// Cuts pieces at the matches of a pattern.
///
/// Rules are those of the `tokenizers` library (`NormalizedString::split`).
final class Cuts {
  /// What becomes of a match.
  enum Behavior {
    REMOVED,
    ISOLATED,
    MERGED_WITH_PREVIOUS,
    MERGED_WITH_NEXT,
    CONTIGUOUS;

    /// @throws TextException for a name that is not known
    static Behavior named(String name, String field) {
      for (Behavior behavior : values()) {
        if (behavior.name().replace("_", "").equals(name.toUpperCase(Locale.ROOT))) {
          return behavior;
        }
      }
      throw new TextException(
          "%s: behavior \"%s\" is not one of Removed, Isolated, MergedWithPrevious,"
                  .formatted(field, name)
              + " MergedWithNext, Contiguous");
    }
  }

  // start and end of each part of a piece; a match's end is stored as its complement
  private final IntList parts = new IntList();
  private final Behavior behavior;

  private Cuts(Behavior behavior) {
    this.behavior = behavior;
  }

  static Pieces byPattern(Pieces pieces, Matcher matcher, Behavior behavior, boolean invert) {
    Cuts cuts = new Cuts(behavior);
    IntList out = new IntList(pieces.bounds().size() * 2);
    for (int piece = 0; piece < pieces.count(); piece++) {
      int start = pieces.start(piece);
      int end = pieces.end(piece);
      matcher.reset(pieces.points(), start, end);
      int done = start;
      while (matcher.find()) {
        if (matcher.start() > done) {
          cuts.part(done, matcher.start(), invert);
        }
        cuts.part(matcher.start(), matcher.end(), !invert);
        done = matcher.end();
      }
      if (done < end) {
        cuts.part(done, end, invert);
      }
      cuts.finish(out);
    }
    return pieces.with(out);
  }

  static Pieces byCharacter(Pieces pieces, IntPredicate matches, Behavior behavior) {
    Cuts cuts = new Cuts(behavior);
    IntList out = new IntList(pieces.bounds().size() * 2);
    for (int piece = 0; piece < pieces.count(); piece++) {
      int done = pieces.start(piece);
      for (int i = done; i < pieces.end(piece); i++) {
        if (matches.test(pieces.points()[i])) {
          if (done < i) {
            cuts.part(done, i, false);
          }
          cuts.part(i, i + 1, true);
          done = i + 1;
        }
      }
      if (done < pieces.end(piece)) {
        cuts.part(done, pieces.end(piece), false);
      }
      cuts.finish(out);
    }
    return pieces.with(out);
  }

  private void part(int start, int end, boolean match) {
    parts.add(start);
    parts.add(match ? ~end : end);
  }

  private boolean match(int i) {
    return parts.get(i + 1) < 0;
  }

  private int end(int i) {
    return match(i) ? ~parts.get(i + 1) : parts.get(i + 1);
  }

  private void finish(IntList out) {
    switch (behavior) {
      case ISOLATED, REMOVED -> {
        for (int i = 0; i < parts.size(); i += 2) {
          if (behavior == Behavior.ISOLATED || !match(i)) {
            add(out, parts.get(i), end(i));
          }
        }
      }
      case CONTIGUOUS -> {
        for (int i = 0; i < parts.size(); ) {
          int last = i;
          while (last + 2 < parts.size() && match(last + 2) == match(i)) {
            last += 2;
          }
          add(out, parts.get(i), end(last));
          i = last + 2;
        }
      }
      case MERGED_WITH_PREVIOUS -> {
        for (int i = 0; i < parts.size(); ) {
          boolean takesNext = !match(i) && i + 2 < parts.size() && match(i + 2);
          int last = takesNext ? i + 2 : i;
          add(out, parts.get(i), end(last));
          i = last + 2;
        }
      }
      case MERGED_WITH_NEXT -> {
        for (int i = 0; i < parts.size(); ) {
          boolean takesNext = match(i) && i + 2 < parts.size() && !match(i + 2);
          int last = takesNext ? i + 2 : i;
          add(out, parts.get(i), end(last));
          i = last + 2;
        }
      }
    }
    parts.clear();
  }

  private static void add(IntList out, int start, int end) {
    if (start < end) {
      out.add(start);
      out.add(end);
    }
  }
}
