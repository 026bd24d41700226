package dev.freehold.train.data.corpus;

import dev.freehold.kernel.Philox;
import dev.freehold.tensor.Sha256;
import dev.freehold.text.unicode.CodePoints;
import dev.freehold.text.unicode.Normalization;
import dev.freehold.text.unicode.Unicode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Signatures by which nearly equal texts are found: 14 bands of 8 rows over runs of 5 words.
///
/// Formula: a shingle is five words in a row, joined by spaces; x is the first 8 bytes of its
/// SHA-256, little-endian, modulo p = 2^61 - 1. Row r is the smallest `(a_r x + b_r) mod p`, with a
/// and b from the seed. A band is eight rows. Two texts with the share s of shingles in common
/// agree in one of the bands with the chance `1 - (1 - s^8)^14`: one half at s = 0.69, 0.92 at s =
/// 0.8.
///
/// Words are runs of letters, digits and marks of the text in lower case, without accents, each
/// number as a 0. A text of fewer than five has no signature.
///
/// Source: Broder, "On the resemblance and containment of documents" (1997); parameters as in
/// FineWeb, Penedo et al. (2024), section 3.4.
final class MinHash {
  static final int BANDS = 14;

  private static final int ROWS = 8;
  private static final int WORDS = 5;
  private static final long PRIME = (1L << 61) - 1;
  private static final long STREAM = 0x4d494e48L;
  private static final long[] NONE = new long[0];

  private final long[] factors = new long[BANDS * ROWS];
  private final long[] offsets = new long[BANDS * ROWS];

  MinHash(long seed) {
    for (int r = 0; r < factors.length; r++) {
      factors[r] = 1 + Long.remainderUnsigned(Philox.bits(seed, STREAM, r), PRIME - 1);
      offsets[r] = Long.remainderUnsigned(Philox.bits(seed, STREAM + 1, r), PRIME);
    }
  }

  /// A number for each band, equal for texts whose rows in it are equal; none for a short text.
  long[] bands(String text) {
    List<String> words = words(text);
    if (words.size() < WORDS) {
      return NONE;
    }
    MessageDigest digest = Sha256.begin();
    long[] least = new long[BANDS * ROWS];
    Arrays.fill(least, Long.MAX_VALUE);
    for (int i = 0; i + WORDS <= words.size(); i++) {
      String shingle = String.join(" ", words.subList(i, i + WORDS));
      long x = Long.remainderUnsigned(first(digest, shingle), PRIME);
      for (int r = 0; r < least.length; r++) {
        least[r] = Math.min(least[r], timesPlus(factors[r], x, offsets[r]));
      }
    }
    long[] bands = new long[BANDS];
    ByteBuffer rows = ByteBuffer.allocate(ROWS * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int b = 0; b < BANDS; b++) {
      rows.clear().asLongBuffer().put(least, b * ROWS, ROWS);
      bands[b] = little(digest.digest(rows.array()));
    }
    return bands;
  }

  /// `(a x + b) mod p`, all below p.
  private static long timesPlus(long a, long x, long b) {
    long high = Math.multiplyHigh(a, x);
    long low = a * x;
    long sum = (low & PRIME) + (high << 3 | low >>> 61);
    sum = (sum & PRIME) + (sum >>> 61) + b;
    sum = (sum & PRIME) + (sum >>> 61);
    return sum >= PRIME ? sum - PRIME : sum;
  }

  private static long first(MessageDigest digest, String shingle) {
    return little(digest.digest(shingle.getBytes(StandardCharsets.UTF_8)));
  }

  private static long little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  static List<String> words(String text) {
    CodePoints plain = Normalization.NFD.apply(CodePoints.of(text, true));
    CodePoints lower = new CodePoints(plain.length());
    for (int i = 0; i < plain.length(); i++) {
      if (!Unicode.isNonSpacingMark(plain.get(i))) {
        Unicode.appendLower(plain.get(i), true, lower);
      }
    }
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inNumber = false;
    for (int i = 0; i < lower.length(); i++) {
      int cp = lower.get(i);
      boolean number = Unicode.isNumber(cp);
      if (number && !inNumber) {
        word.append('0');
      } else if (!number && Unicode.isWord(cp)) {
        word.appendCodePoint(cp);
      } else if (!number && !word.isEmpty()) {
        words.add(word.toString());
        word.setLength(0);
      }
      inNumber = number;
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }
}
