package dev.freehold.agent.workspace;

import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.algorithm.myers.MyersDiffWithLinearSpace;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.ChangeDelta;
import com.github.difflib.patch.Chunk;
import com.github.difflib.patch.Patch;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The difference of two texts line by line, as `diff -u` writes it.
///
/// @param text without the two lines that name the files
public record LineDifference(String text, int added, int removed) {
  /// Longer texts are not compared line by line.
  static final int MAX_BYTES = 2 << 20;

  /// Beyond this many lines besides those that begin and end both, comparing takes too long.
  private static final int MAX_LINES = 6_000;

  private static final int CONTEXT = 3;
  private static final String NO_NEWLINE = "\\ No newline at end of file";

  /// The difference of two texts; empty where there is too much of it to compare.
  public static Optional<LineDifference> between(String before, String after) {
    List<String> was = lines(before);
    List<String> is = lines(after);
    int most = Math.max(was.size(), is.size()) - equalEnds(was, is);
    if (before.length() > MAX_BYTES || after.length() > MAX_BYTES || most > MAX_LINES) {
      return Optional.empty();
    }
    Patch<String> patch =
        joined(
            Patch.generate(
                was, is, new MyersDiffWithLinearSpace<String>().computeDiff(was, is, null)));
    int added = 0;
    int removed = 0;
    for (AbstractDelta<String> delta : patch.getDeltas()) {
      added += delta.getTarget().size();
      removed += delta.getSource().size();
    }
    List<String> unified = UnifiedDiffUtils.generateUnifiedDiff("a", "b", was, patch, CONTEXT);
    List<String> body = unified.size() < 2 ? List.of() : unified.subList(2, unified.size());
    String text = String.join("\n", body) + (body.isEmpty() ? "" : "\n");
    return Optional.of(new LineDifference(ofNothing(text), added, removed));
  }

  /// The lines of an empty file begin at 0.
  private static String ofNothing(String text) {
    int end = Math.max(0, text.indexOf('\n'));
    String first = text.substring(0, end).replace("-1,0 ", "-0,0 ").replace("+1,0 ", "+0,0 ");
    return first + text.substring(end);
  }

  /// The same differences with those that touch made one, so that what was comes before what is.
  private static Patch<String> joined(Patch<String> patch) {
    Patch<String> joined = new Patch<>();
    Chunk<String> was = new Chunk<>(0, List.of());
    Chunk<String> is = was;
    for (AbstractDelta<String> delta : patch.getDeltas()) {
      boolean touches =
          was.getPosition() + was.size() == delta.getSource().getPosition()
              && is.getPosition() + is.size() == delta.getTarget().getPosition();
      if (!touches) {
        add(joined, was, is);
        was = delta.getSource();
        is = delta.getTarget();
      } else {
        was = both(was, delta.getSource());
        is = both(is, delta.getTarget());
      }
    }
    add(joined, was, is);
    return joined;
  }

  private static void add(Patch<String> patch, Chunk<String> was, Chunk<String> is) {
    if (was.size() + is.size() > 0) {
      patch.addDelta(new ChangeDelta<>(was, is));
    }
  }

  private static Chunk<String> both(Chunk<String> first, Chunk<String> second) {
    List<String> lines = new ArrayList<>(first.getLines());
    lines.addAll(second.getLines());
    return new Chunk<>(first.getPosition(), lines);
  }

  /// The lines of a text; one that does not end with a line break says so, so that it differs.
  private static List<String> lines(String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    String[] lines = text.split("\n", -1);
    if (lines[lines.length - 1].isEmpty()) {
      return Arrays.asList(lines).subList(0, lines.length - 1);
    }
    lines[lines.length - 1] += "\n" + NO_NEWLINE;
    return Arrays.asList(lines);
  }

  /// How many lines both begin and end with.
  private static int equalEnds(List<String> was, List<String> is) {
    int shorter = Math.min(was.size(), is.size());
    int first = 0;
    while (first < shorter && was.get(first).equals(is.get(first))) {
      first++;
    }
    int last = 0;
    while (last < shorter - first
        && was.get(was.size() - 1 - last).equals(is.get(is.size() - 1 - last))) {
      last++;
    }
    return first + last;
  }

  /// Bytes as text; empty where they are none.
  static Optional<String> text(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        return Optional.empty();
      }
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException binary) {
      return Optional.empty();
    }
  }
}
