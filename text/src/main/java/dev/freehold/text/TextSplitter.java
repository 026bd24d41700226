package dev.freehold.text;

import dev.freehold.text.regex.Matcher;
import dev.freehold.text.regex.Regex;
import java.util.ArrayList;
import java.util.List;

/// Cuts texts into the pieces that a byte-pair tokenizer merges within: the matches of a pattern,
/// and what lies between them.
///
/// For one thread at a time.
public final class TextSplitter {
  private final Matcher matcher;

  /// @throws TextException where the pattern is none of the supported syntax
  public TextSplitter(String pattern) {
    matcher = Regex.compile(pattern).matcher();
  }

  /// The pieces of a text in order; together they are the text.
  public List<String> split(String text) {
    int[] points = text.codePoints().toArray();
    List<String> pieces = new ArrayList<>();
    int done = 0;
    matcher.reset(points, 0, points.length);
    while (matcher.find()) {
      add(points, done, matcher.start(), pieces);
      add(points, matcher.start(), matcher.end(), pieces);
      done = matcher.end();
    }
    add(points, done, points.length, pieces);
    return pieces;
  }

  private static void add(int[] points, int from, int to, List<String> pieces) {
    if (to > from) {
      pieces.add(new String(points, from, to - from));
    }
  }
}
