package dev.freehold.vault.parity;

import java.util.Arrays;

/// Adds products of blocks to a block: target += coefficient_0 source_0 + coefficient_1 source_1
/// ...
///
/// Bit b of a product is the sum of those bits s of the element for which 2^s times the coefficient
/// has bit b. The planes to be added to one plane of the target are gathered over all sources and
/// added eight at a time, so that the target is read and written seldom. The loops are as simple as
/// they are so that the compiler makes vectors of them.
final class PlaneSum {
  private static final int AT_ONCE = 8;

  private final long[][] gathered = new long[AT_ONCE][];
  private int count;

  void add(Block target, Block[] sources, int[] coefficients, int sourceCount) {
    for (int bit = 0; bit < Block.PLANES; bit++) {
      long[] plane = target.plane(bit);
      count = 0;
      for (int i = 0; i < sourceCount; i++) {
        gather(plane, sources[i], coefficients[i], bit);
      }
      flush(plane);
    }
    Arrays.fill(gathered, null);
  }

  private void gather(long[] target, Block source, int coefficient, int bit) {
    for (int s = 0; s < Block.PLANES; s++) {
      if ((Gf256.multiply(coefficient, 1 << s) >> bit & 1) != 0) {
        gathered[count++] = source.plane(s);
        if (count == AT_ONCE) {
          addEight(target, gathered);
          count = 0;
        }
      }
    }
  }

  private void flush(long[] target) {
    int next = 0;
    for (; count - next >= 2; next += 2) {
      addTwo(target, gathered[next], gathered[next + 1]);
    }
    if (next < count) {
      addOne(target, gathered[next]);
    }
    count = 0;
  }

  private static void addOne(long[] target, long[] a) {
    for (int i = 0; i < target.length; i++) {
      target[i] ^= a[i];
    }
  }

  private static void addTwo(long[] target, long[] a, long[] b) {
    for (int i = 0; i < target.length; i++) {
      target[i] ^= a[i] ^ b[i];
    }
  }

  private static void addEight(long[] target, long[][] g) {
    long[] a = g[0];
    long[] b = g[1];
    long[] c = g[2];
    long[] d = g[3];
    long[] e = g[4];
    long[] f = g[5];
    long[] h = g[6];
    long[] k = g[7];
    for (int i = 0; i < target.length; i++) {
      target[i] ^= a[i] ^ b[i] ^ c[i] ^ d[i] ^ e[i] ^ f[i] ^ h[i] ^ k[i];
    }
  }
}
