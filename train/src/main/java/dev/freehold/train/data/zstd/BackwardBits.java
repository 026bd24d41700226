package dev.freehold.train.data.zstd;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.ZipException;

/// Bits of a stream that is read from its end to its beginning. The highest bit that is set in its
/// last byte marks the end and is none of them. Source: RFC 8878, section 4.1.1.
final class BackwardBits {
  /// Bytes that must follow the data in the array, so that eight can be read anywhere.
  static final int PADDING = 8;

  private static final int MOST_BITS = 56;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] data;
  private final int start;
  private long left;

  /// @param data with [#PADDING] bytes after `end`
  BackwardBits(byte[] data, int start, int end) throws ZipException {
    if (end <= start || data[end - 1] == 0) {
      throw new ZipException("a stream of bits has no end");
    }
    this.data = data;
    this.start = start;
    int marker = 31 - Integer.numberOfLeadingZeros(data[end - 1] & 0xff);
    this.left = 8L * (end - start - 1) + marker;
  }

  /// Bits that are left; below 0 where more were read than there were.
  long left() {
    return left;
  }

  /// The next `count` bits, at most 56; those that are not there are 0.
  long peek(int count) {
    long at = left - count;
    if (at >= 0) {
      long bits = (long) LONGS.get(data, start + (int) (at >>> 3)) >>> (at & 7);
      return bits & mask(count);
    }
    if (left <= 0 || -at >= 64) {
      return 0;
    }
    long bits = (long) LONGS.get(data, start) & mask((int) left);
    return bits << -at & mask(count);
  }

  private static long mask(int count) {
    return (1L << Math.min(count, MOST_BITS)) - 1;
  }

  void skip(int count) {
    left -= count;
  }

  long read(int count) {
    long bits = peek(count);
    left -= count;
    return bits;
  }
}
