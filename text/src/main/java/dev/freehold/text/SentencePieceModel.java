package dev.freehold.text;

import dev.freehold.text.unicode.IntList;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/// SentencePiece's byte-pair model: of all adjacent pairs that form a token the one with the
/// highest score is merged first, of equal scores the leftmost; what forms no token becomes its
/// bytes.
///
/// Time n log n. Where no token goes on with a new word (`▁` after something else), words are
/// encoded one by one, which gives the same ids. Source: Kudo and Richardson, SentencePiece, 2018;
/// llama.cpp, `llama-vocab.cpp`.
final class SentencePieceModel implements Model {
  private static final int SPACE = 0x2581;

  private final Vocabulary vocabulary;
  private final float[] scores;
  private final BitSet mergeable;
  private final int[] bytes;
  private final boolean byWords;

  /// @param mergeable ids that text can become
  /// @param bytes the token of each byte
  SentencePieceModel(Vocabulary vocabulary, float[] scores, BitSet mergeable, int[] bytes) {
    this.vocabulary = vocabulary;
    this.scores = scores;
    this.mergeable = mergeable;
    this.bytes = bytes;
    byWords = mergeable.stream().noneMatch(id -> crossesWords(vocabulary.text(id)));
  }

  private static boolean crossesWords(String token) {
    int space = token.indexOf(SPACE, 1);
    while (space > 0) {
      if (token.charAt(space - 1) != SPACE) {
        return true;
      }
      space = token.indexOf(SPACE, space + 1);
    }
    return false;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public Run start() {
    if (!byWords) {
      return new Words();
    }
    Run words = new PieceCache(new Words());
    return (points, from, to, out) -> {
      int start = from;
      for (int i = from + 1; i <= to; i++) {
        if (i == to || (points[i] == SPACE && points[i - 1] != SPACE)) {
          words.encode(points, start, i, out);
          start = i;
        }
      }
    };
  }

  private final class Words implements Run {
    // hashes[i] and units[i] of the first i code points
    private long[] hashes = new long[0];
    private int[] units = new int[0];
    private int[] lengths = new int[0];
    private int[] next = new int[0];
    private int[] previous = new int[0];
    private int[] points = new int[0];
    private int from;
    private int count;

    @Override
    public void encode(int[] text, int start, int to, IntList out) {
      points = text;
      from = start;
      count = to - start;
      prepare();
      SymbolQueue queue = new SymbolQueue(count);
      for (int i = 0; i + 1 < count; i++) {
        int id = find(i, 2);
        if (id >= 0) {
          queue.addInitial((long) order(scores[id]) << 32 | i);
        }
      }
      queue.start();
      while (!queue.isEmpty()) {
        long entry = queue.removeFirst();
        int left = (int) entry;
        if (lengths[left] == 0 || next[left] >= count) {
          continue;
        }
        int right = next[left];
        int id = find(left, lengths[left] + lengths[right]);
        if (id < 0 || order(scores[id]) != (int) (entry >> 32)) {
          continue;
        }
        lengths[left] += lengths[right];
        lengths[right] = 0;
        next[left] = next[right];
        if (next[right] < count) {
          previous[next[right]] = left;
        }
        if (previous[left] >= 0) {
          offer(queue, previous[left], left);
        }
        if (next[left] < count) {
          offer(queue, left, next[left]);
        }
      }
      for (int i = 0; i < count; i = next[i]) {
        append(i, out);
      }
    }

    private void prepare() {
      if (lengths.length < count) {
        hashes = new long[count + 1];
        units = new int[count + 1];
        lengths = new int[count];
        next = new int[count];
        previous = new int[count];
      }
      for (int i = 0; i < count; i++) {
        int cp = points[from + i];
        hashes[i + 1] = Vocabulary.append(hashes[i], cp);
        units[i + 1] = units[i] + Character.charCount(cp);
        lengths[i] = 1;
        next[i] = i + 1;
        previous[i] = i - 1;
      }
    }

    /// The token that the code points `[start, start + length)` form, or -1.
    private int find(int start, int length) {
      int width = units[start + length] - units[start];
      if (width > vocabulary.longest()) {
        return -1;
      }
      long hash = hashes[start + length] - hashes[start] * vocabulary.power(width);
      int id = vocabulary.find(hash, points, from + start, from + start + length);
      return id >= 0 && mergeable.get(id) ? id : -1;
    }

    private void offer(SymbolQueue queue, int left, int right) {
      int id = find(left, lengths[left] + lengths[right]);
      if (id >= 0) {
        queue.add((long) order(scores[id]) << 32 | left);
      }
    }

    private void append(int start, IntList out) {
      int id = find(start, lengths[start]);
      if (id >= 0) {
        out.add(id);
        return;
      }
      String text = Character.toString(points[from + start]);
      for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
        out.add(bytes[b & 0xFF]);
      }
    }
  }

  /// Integers in the descending order of floats.
  private static int order(float score) {
    int bits = Float.floatToIntBits(score + 0f);
    return ~(bits ^ (bits >> 31 & 0x7FFFFFFF));
  }
}
