package dev.freehold.kernel;

/// Counter-based random numbers, Philox4x32-10: the same key and counter give the same bits in any
/// order, on any thread and machine.
///
/// Formula: ten rounds over the words `(c0, c1, c2, c3)` with keys `(k0, k1)`: `(c0, c1, c2, c3) =
/// (high(M1 c2) ^ c1 ^ k0, low(M1 c2), high(M0 c0) ^ c3 ^ k1, low(M0 c0))`; the keys grow by the
/// Weyl constants between rounds. The counter's low half is `(c0, c1)`, its high half `(c2, c3)`.
///
/// Source: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3"
/// (2011), section 3.3 and table 2.
public final class Philox {
  private static final int M0 = 0xD251_1F53;
  private static final int M1 = 0xCD9E_8D57;
  private static final int WEYL0 = 0x9E37_79B9;
  private static final int WEYL1 = 0xBB67_AE85;
  private static final int ROUNDS = 10;

  private Philox() {}

  /// 64 random bits: words 0 (low) and 1 (high) of the block that `key` gives the counter.
  ///
  /// @param key the seed
  /// @param stream high half of the counter: one use of random numbers each
  /// @param index low half of the counter: the index within the stream
  public static long bits(long key, long stream, long index) {
    int c0 = (int) index;
    int c1 = (int) (index >>> 32);
    int c2 = (int) stream;
    int c3 = (int) (stream >>> 32);
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = Integer.toUnsignedLong(M0) * Integer.toUnsignedLong(c0);
      long product1 = Integer.toUnsignedLong(M1) * Integer.toUnsignedLong(c2);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c1 = (int) product1;
      c3 = (int) product0;
      k0 += WEYL0;
      k1 += WEYL1;
    }
    return Integer.toUnsignedLong(c0) | (long) c1 << 32;
  }

  /// A number of `[0, 1)` with 53 random bits, the highest of [#bits].
  public static double uniform(long key, long stream, long index) {
    return (bits(key, stream, index) >>> 11) * 0x1p-53;
  }

  /// A float32 of `[0, 1)` with 24 random bits, the highest of [#bits].
  public static float uniformFloat(long key, long stream, long index) {
    return (bits(key, stream, index) >>> 40) * 0x1p-24f;
  }

  /// A float32 of the normal distribution with mean 0 and variance 1, of magnitude below 7.5.
  ///
  /// Formula: `sqrt(-2 log u) cos(2 pi v)`, u of `(0, 1]` from the low 40 bits of [#bits], v of
  /// `[0, 1)` from the high 24. Made of [ElementaryMath] and a correctly rounded square root, so
  /// its bits are the same everywhere.
  ///
  /// Source: G. Box, M. Muller, "A note on the generation of random normal deviates" (1958).
  public static float normal(long key, long stream, long index) {
    long bits = bits(key, stream, index);
    float u = ((bits & 0xff_ffff_ffffL) + 1) * 0x1p-40f;
    float quarters = (bits >>> 40) * 0x1p-22f;
    float radius = (float) Math.sqrt(-2 * ElementaryMath.log(u));
    return radius * ElementaryMath.cosOfQuarters(quarters);
  }
}
