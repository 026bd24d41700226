package dev.freehold.text;

import dev.freehold.text.regex.Matcher;
import dev.freehold.text.regex.Regex;
import java.util.ArrayList;
import java.util.List;

/// Cuts texts into the pieces that a byte-pair tokenizer merges within: the matches of a pattern,
/// and what lies between them; with several patterns, each cuts the pieces of the one before.
///
/// For one thread at a time.
public final class TextSplitter {
  private final List<String> patterns;
  private final List<Matcher> matchers;

  /// @throws TextException where a pattern is none of the supported syntax
  public TextSplitter(List<String> patterns) {
    this.patterns = List.copyOf(patterns);
    matchers = this.patterns.stream().map(pattern -> Regex.compile(pattern).matcher()).toList();
  }

  /// The splitter of a family of vocabularies, by the name that GGUF files give it in
  /// `tokenizer.ggml.pre`.
  ///
  /// @throws TextException where no family has the name
  public static TextSplitter named(String family) {
    return PreTokenizerFamily.named(family)
        .map(found -> new TextSplitter(found.patterns()))
        .orElseThrow(() ->
            new TextException(
                "pre-tokenizer \"%s\": not known; known are %s"
                    .formatted(family, String.join(", ", PreTokenizerFamily.names()))));
  }

  /// The patterns in the order in which they cut.
  public List<String> patterns() {
    return patterns;
  }

  /// The pieces of a text in order; together they are the text.
  public List<String> split(String text) {
    List<String> pieces = text.isEmpty() ? List.of() : List.of(text);
    for (Matcher matcher : matchers) {
      List<String> cut = new ArrayList<>();
      for (String piece : pieces) {
        split(matcher, piece, cut);
      }
      pieces = cut;
    }
    return pieces;
  }

  private static void split(Matcher matcher, String text, List<String> pieces) {
    int[] points = text.codePoints().toArray();
    int done = 0;
    matcher.reset(points, 0, points.length);
    while (matcher.find()) {
      add(points, done, matcher.start(), pieces);
      add(points, matcher.start(), matcher.end(), pieces);
      done = matcher.end();
    }
    add(points, done, points.length, pieces);
  }

  private static void add(int[] points, int from, int to, List<String> pieces) {
    if (to > from) {
      pieces.add(new String(points, from, to - from));
    }
  }
}
