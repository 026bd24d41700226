package dev.freehold.train.data.zstd;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The checksum XXH64 with seed 0, fed piece by piece. Source: xxHash, specification of the
/// algorithm, version 0.1.1.
final class XxHash64 {
  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;
  private static final long P1_PLUS_P2 = 0x60EA27EEADC0B5D6L; // modulo 2^64
  private static final int STRIPE = 32;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final long[] sums = {P1_PLUS_P2, P2, 0, -P1};
  private final byte[] rest = new byte[STRIPE];
  private int restLength;
  private long total;

  void update(byte[] bytes, int from, int length) {
    total += length;
    int at = from;
    int end = from + length;
    if (restLength > 0) {
      int taken = Math.min(STRIPE - restLength, length);
      System.arraycopy(bytes, at, rest, restLength, taken);
      restLength += taken;
      at += taken;
      if (restLength < STRIPE) {
        return;
      }
      stripe(rest, 0);
      restLength = 0;
    }
    for (; at + STRIPE <= end; at += STRIPE) {
      stripe(bytes, at);
    }
    restLength = end - at;
    System.arraycopy(bytes, at, rest, 0, restLength);
  }

  private void stripe(byte[] bytes, int at) {
    for (int i = 0; i < 4; i++) {
      sums[i] = round(sums[i], (long) LONGS.get(bytes, at + 8 * i));
    }
  }

  private static long round(long sum, long lane) {
    return Long.rotateLeft(sum + lane * P2, 31) * P1;
  }

  long value() {
    long hash = P5;
    if (total >= STRIPE) {
      hash =
          Long.rotateLeft(sums[0], 1)
              + Long.rotateLeft(sums[1], 7)
              + Long.rotateLeft(sums[2], 12)
              + Long.rotateLeft(sums[3], 18);
      for (long sum : sums) {
        hash = (hash ^ round(0, sum)) * P1 + P4;
      }
    }
    hash += total;
    int at = 0;
    for (; at + 8 <= restLength; at += 8) {
      hash = Long.rotateLeft(hash ^ round(0, (long) LONGS.get(rest, at)), 27) * P1 + P4;
    }
    if (at + 4 <= restLength) {
      long lane = 0;
      for (int i = 3; i >= 0; i--) {
        lane = lane << 8 | rest[at + i] & 0xff;
      }
      hash = Long.rotateLeft(hash ^ lane * P1, 23) * P2 + P3;
      at += 4;
    }
    for (; at < restLength; at++) {
      hash = Long.rotateLeft(hash ^ (rest[at] & 0xff) * P5, 11) * P1;
    }
    hash = (hash ^ hash >>> 33) * P2;
    hash = (hash ^ hash >>> 29) * P3;
    return hash ^ hash >>> 32;
  }
}
