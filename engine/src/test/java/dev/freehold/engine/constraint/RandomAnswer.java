package dev.freehold.engine.constraint;

import dev.freehold.text.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.Random;

/// Writes answers of tokens drawn at random among those that a constraint allows.
final class RandomAnswer {
  private static final int MOST_TOKENS = 3000;

  /// From here on whatever brings the end nearer is taken.
  private static final int PATIENCE = 120;

  private static final Path FOLDER =
      Path.of(System.getProperty("freehold.root"), "text/src/test/resources/dev/freehold/text");

  private final Tokenizer tokenizer;
  private final TokenVocabulary vocabulary;
  private final BitSet closers = new BitSet();

  RandomAnswer(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.vocabulary = TokenVocabulary.of(tokenizer);
    for (int id = 0; id < tokenizer.vocabularySize(); id++) {
      byte[] bytes = vocabulary.bytes(id);
      closers.set(id, bytes.length > 0 && "\"}]".indexOf(bytes[0]) >= 0);
    }
  }

  /// Byte-level BPE: each token is bytes, 564 of them.
  static RandomAnswer byteLevel() {
    return new RandomAnswer(Tokenizer.fromFolder(FOLDER.resolve("hf-bpe-split")));
  }

  /// Like SentencePiece: tokens are characters or single bytes, the first space is left out.
  static RandomAnswer byteFallback() {
    return new RandomAnswer(Tokenizer.fromFolder(FOLDER.resolve("hf-bpe-fallback")));
  }

  TokenVocabulary vocabulary() {
    return vocabulary;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  /// An answer; empty where it became too long.
  Optional<String> write(Constraint constraint, Random random) {
    ConstraintState state = constraint.start(true);
    long[] bits = new long[vocabulary.words()];
    int[] ids = new int[MOST_TOKENS];
    for (int count = 0; count < MOST_TOKENS; count++) {
      state.mask(bits);
      int id = choose(BitSet.valueOf(bits), count, state, random);
      if (!state.accept(id)) {
        throw new AssertionError(
            "token %d is in the mask and refused after: %s"
                .formatted(id, tokenizer.decode(Arrays.copyOf(ids, count), false)));
      }
      if (tokenizer.stopIds().contains(id)) {
        return Optional.of(tokenizer.decode(Arrays.copyOf(ids, count), false));
      }
      ids[count] = id;
    }
    return Optional.empty();
  }

  private int choose(BitSet allowed, int count, ConstraintState state, Random random) {
    if (allowed.isEmpty()) {
      throw new AssertionError("no token is allowed");
    }
    boolean isLate = count > PATIENCE;
    if (state.mayEnd() && (isLate || random.nextInt(3) == 0)) {
      return tokenizer.stopIds().iterator().next();
    }
    BitSet from = (BitSet) allowed.clone();
    if (isLate || random.nextInt(3) == 0) {
      from.and(closers);
      from = from.isEmpty() ? allowed : from;
    }
    int skip = random.nextInt(from.cardinality());
    int id = from.nextSetBit(0);
    while (skip-- > 0) {
      id = from.nextSetBit(id + 1);
    }
    return id;
  }
}
