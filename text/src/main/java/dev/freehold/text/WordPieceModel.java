package dev.freehold.text;

import dev.freehold.text.unicode.IntList;
import java.util.BitSet;

/// WordPiece: from the left the longest token each time; a word that cannot be cut so is unknown.
///
/// Source: Wu et al., Google's Neural Machine Translation System, 2016; the `tokenizers` library,
/// `wordpiece/mod.rs`.
final class WordPieceModel implements Model {
  private final Vocabulary vocabulary;
  private final BitSet specials;
  private final int unknown;
  private final int[] firstPrefix;
  private final int[] prefix;
  private final int maxLength;

  /// @param firstPrefix what tokens that start a word begin with
  /// @param prefix what other tokens begin with
  /// @param maxLength longer words are unknown
  WordPieceModel(
      Vocabulary vocabulary,
      BitSet specials,
      int unknown,
      String firstPrefix,
      String prefix,
      int maxLength) {
    this.vocabulary = vocabulary;
    this.specials = specials;
    this.unknown = unknown;
    this.firstPrefix = firstPrefix.codePoints().toArray();
    this.prefix = prefix.codePoints().toArray();
    this.maxLength = maxLength;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public Run start() {
    return new PieceCache(this::encode);
  }

  private void encode(int[] points, int from, int to, IntList out) {
    int before = out.size();
    if (to - from <= maxLength) {
      int at = from;
      while (at < to) {
        int end = longest(points, at, to, at > from, out);
        if (end < 0) {
          break;
        }
        at = end;
      }
      if (at == to) {
        return;
      }
    }
    while (out.size() > before) {
      out.removeLast();
    }
    out.add(unknown);
  }

  /// Appends the longest token at a place and returns its end, or -1.
  private int longest(int[] points, int at, int to, boolean continuing, IntList out) {
    int[] start = continuing ? prefix : firstPrefix;
    int limit = Math.min(to - at, vocabulary.longest());
    int[] word = new int[start.length + limit];
    System.arraycopy(start, 0, word, 0, start.length);
    System.arraycopy(points, at, word, start.length, limit);
    long[] hashes = new long[word.length + 1];
    for (int i = 0; i < word.length; i++) {
      hashes[i + 1] = Vocabulary.append(hashes[i], word[i]);
    }
    for (int end = word.length; end > start.length; end--) {
      int id = vocabulary.find(hashes[end], word, 0, end);
      if (id >= 0 && !specials.get(id)) {
        out.add(id);
        return at + end - start.length;
      }
    }
    return -1;
  }
}
