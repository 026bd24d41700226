package dev.freehold.text;

import dev.freehold.text.unicode.IntList;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// A unigram language model: of all ways to cut a piece into tokens the one with the highest sum of
/// scores (Viterbi, float64, sums from the left; of equal sums the first found).
///
/// A code point that is no token counts as unknown with the lowest score minus 10; unknown ones in
/// a row are one token, or bytes. Source: Kudo, Subword Regularization, 2018; the `tokenizers`
/// library, `unigram/model.rs`; llama.cpp, `llama-vocab.cpp`.
final class UnigramModel implements Model {
  private static final double UNKNOWN_PENALTY = 10;
  private static final long STEPS_PER_CHARACTER = 256;
  private static final long FREE_STEPS = 1_000_000;

  private final Vocabulary vocabulary;
  private final double[] scores;
  private final BitSet matchable;
  private final double unknownScore;
  private final int unknown;
  private final int[] bytes;
  // the longest token, in code points, by its first code point
  private final Map<Integer, Integer> longest = new HashMap<>();
  private final int[] longestAscii = new int[128];

  /// @param matchable ids that text can become
  /// @param minScore the lowest score of the vocabulary
  /// @param unknown the id of the unknown token, or -1
  /// @param bytes the tokens of bytes, or none
  UnigramModel(
      Vocabulary vocabulary,
      double[] scores,
      BitSet matchable,
      double minScore,
      int unknown,
      int[] bytes) {
    this.vocabulary = vocabulary;
    this.scores = scores;
    this.matchable = matchable;
    this.unknownScore = minScore - UNKNOWN_PENALTY;
    this.unknown = unknown;
    this.bytes = bytes;
    matchable.stream().forEach(this::measure);
  }

  private void measure(int id) {
    String text = vocabulary.text(id);
    if (!text.isEmpty()) {
      int length = text.codePointCount(0, text.length());
      int first = text.codePointAt(0);
      longest.merge(first, length, Math::max);
      if (first < 128) {
        longestAscii[first] = Math.max(longestAscii[first], length);
      }
    }
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public Run start() {
    return new PieceCache(new Lattice());
  }

  private int longest(int first) {
    return first < 128 ? longestAscii[first] : longest.getOrDefault(first, 0);
  }

  private final class Lattice implements Run {
    private double[] best = new double[0];
    private int[] starts = new int[0];
    private int[] ids = new int[0];

    @Override
    public void encode(int[] points, int from, int to, IntList out) {
      int count = to - from;
      if (best.length <= count) {
        best = new double[count + 1];
        starts = new int[count + 1];
        ids = new int[count + 1];
      }
      Arrays.fill(starts, 0, count + 1, -1);
      best[0] = 0;
      long budget = FREE_STEPS + STEPS_PER_CHARACTER * count;
      for (int i = 0; i < count; i++) {
        int limit = Math.min(count - i, longest(points[from + i]));
        budget -= limit;
        if (budget < 0) {
          throw new TextException(
              "unigram vocabulary: tokens of %d characters take too long on this text"
                  .formatted(limit));
        }
        extend(points, from, i, limit);
      }
      append(points, from, count, out);
    }

    private void extend(int[] points, int from, int i, int limit) {
      boolean single = false;
      long hash = 0;
      for (int length = 1; length <= limit; length++) {
        hash = Vocabulary.append(hash, points[from + i + length - 1]);
        int id = vocabulary.find(hash, points, from + i, from + i + length);
        if (id >= 0 && matchable.get(id)) {
          single |= length == 1;
          improve(i, i + length, id, scores[id]);
        }
      }
      if (!single) {
        improve(i, i + 1, unknown, unknownScore);
      }
    }

    private void improve(int start, int end, int id, double score) {
      double sum = score + best[start];
      if (starts[end] < 0 || sum > best[end]) {
        best[end] = sum;
        starts[end] = start;
        ids[end] = id;
      }
    }

    private void append(int[] points, int from, int count, IntList out) {
      int before = out.size();
      boolean afterUnknown = false;
      for (int end = count; end > 0; end = starts[end]) {
        boolean isUnknown = ids[end] == unknown;
        if (!isUnknown) {
          out.add(ids[end]);
        } else if (!appendBytes(points[from + end - 1], out) && !afterUnknown) {
          requireUnknown(points[from + end - 1]);
          out.add(unknown);
        }
        afterUnknown = isUnknown;
      }
      out.reverse(before);
    }

    /// Appends the tokens of the bytes of a code point, last first.
    private boolean appendBytes(int cp, IntList out) {
      byte[] utf8 = Character.toString(cp).getBytes(StandardCharsets.UTF_8);
      for (byte b : utf8) {
        if (bytes.length == 0 || bytes[b & 0xFF] < 0) {
          return false;
        }
      }
      for (int i = utf8.length - 1; i >= 0; i--) {
        out.add(bytes[utf8[i] & 0xFF]);
      }
      return true;
    }

    private void requireUnknown(int cp) {
      if (unknown < 0) {
        throw new TextException(
            "unigram vocabulary: U+%04X is no token and there is no unknown token (unk_id)"
                .formatted(cp));
      }
    }
  }
}
