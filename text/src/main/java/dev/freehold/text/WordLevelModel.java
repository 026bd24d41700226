package dev.freehold.text;

import dev.freehold.text.unicode.IntList;
import java.util.BitSet;

/// Whole words as tokens; other words are unknown.
final class WordLevelModel implements Model {
  private final Vocabulary vocabulary;
  private final BitSet specials;
  private final int unknown;

  WordLevelModel(Vocabulary vocabulary, BitSet specials, int unknown) {
    this.vocabulary = vocabulary;
    this.specials = specials;
    this.unknown = unknown;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public Run start() {
    return this::encode;
  }

  private void encode(int[] points, int from, int to, IntList out) {
    int id = vocabulary.find(points, from, to);
    if (id >= 0 && !specials.get(id)) {
      out.add(id);
    } else if (unknown >= 0) {
      out.add(unknown);
    } else {
      throw new TextException(
          "model.unk_token: a word is not in the vocabulary and there is no unknown token");
    }
  }
}
