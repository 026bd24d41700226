package dev.freehold.train.data.zstd;

import java.util.zip.ZipException;

/// A table of a finite state entropy code: for each state its symbol, and how the next state comes
/// from bits. Source: RFC 8878, section 4.1.
///
/// @param accuracy bits of a state
record FseTable(int accuracy, byte[] symbols, byte[] bits, short[] bases) {
  private static final int LEAST_ACCURACY = 5;

  /// A table as it was described, and where its description ends.
  record Described(FseTable table, int end) {}

  /// The table of a code with one symbol.
  static FseTable single(int symbol) {
    return new FseTable(0, new byte[] {(byte) symbol}, new byte[1], new short[1]);
  }

  /// Reads the description of a table.
  ///
  /// @param data with [BackwardBits#PADDING] bytes after `end`
  /// @param mostSymbols largest number of symbols
  static Described read(byte[] data, int start, int end, int mostAccuracy, int mostSymbols)
      throws ZipException {
    ForwardBits in = new ForwardBits(data, start, end);
    int accuracy = LEAST_ACCURACY + in.read(4);
    if (accuracy > mostAccuracy) {
      throw new ZipException(
          "a table of %d bits, the most are %d".formatted(accuracy, mostAccuracy));
    }
    short[] counts = new short[mostSymbols];
    int remaining = 1 << accuracy;
    int symbol = 0;
    while (remaining > 0) {
      if (symbol >= mostSymbols) {
        throw new ZipException("a table of more than %d symbols".formatted(mostSymbols));
      }
      int count = count(in, remaining);
      counts[symbol++] = (short) count;
      remaining -= Math.abs(count);
      int zeros = count == 0 ? 3 : 0;
      while (zeros == 3) {
        zeros = in.read(2);
        symbol += zeros;
      }
    }
    if (symbol > mostSymbols || in.isBeyond()) {
      throw new ZipException("a table that does not end");
    }
    return new Described(of(accuracy, counts), in.endByte());
  }

  /// The next count: a number that takes a bit less where it is small.
  private static int count(ForwardBits in, int remaining) throws ZipException {
    int bits = 32 - Integer.numberOfLeadingZeros(remaining + 1);
    int value = in.read(bits);
    int lower = (1 << bits - 1) - 1;
    int threshold = (1 << bits) - 1 - (remaining + 1);
    if ((value & lower) < threshold) {
      in.back();
      value &= lower;
    } else if (value > lower) {
      value -= threshold;
    }
    return value - 1;
  }

  /// The table of a distribution.
  ///
  /// @param counts states of each symbol; -1 for one that has less than one
  static FseTable of(int accuracy, short[] counts) throws ZipException {
    int size = 1 << accuracy;
    byte[] symbols = new byte[size];
    int[] next = new int[counts.length];
    int high = size;
    for (int s = 0; s < counts.length; s++) {
      if (counts[s] == -1) {
        symbols[--high] = (byte) s;
        next[s] = 1;
      }
    }
    int step = (size >> 1) + (size >> 3) + 3;
    int position = 0;
    for (int s = 0; s < counts.length; s++) {
      if (counts[s] > 0) {
        next[s] = counts[s];
      }
      for (int i = 0; i < counts[s]; i++) {
        symbols[position] = (byte) s;
        do {
          position = position + step & size - 1;
        } while (position >= high);
      }
    }
    if (position != 0) {
      throw new ZipException("a table whose counts do not fit");
    }
    byte[] bits = new byte[size];
    short[] bases = new short[size];
    for (int state = 0; state < size; state++) {
      int number = next[symbols[state]]++;
      bits[state] = (byte) (accuracy - (31 - Integer.numberOfLeadingZeros(number)));
      bases[state] = (short) ((number << bits[state]) - size);
    }
    return new FseTable(accuracy, symbols, bits, bases);
  }

  int first(BackwardBits in) {
    return (int) in.read(accuracy);
  }

  int symbol(int state) {
    return symbols[state];
  }

  int next(int state, BackwardBits in) {
    return bases[state] + (int) in.read(bits[state]);
  }

  /// Bits in the order of the bytes, the lowest of each first.
  private static final class ForwardBits {
    private final byte[] data;
    private final int start;
    private final int end;
    private int position;

    ForwardBits(byte[] data, int start, int end) {
      this.data = data;
      this.start = start;
      this.end = end;
    }

    int read(int count) throws ZipException {
      if (isBeyond()) {
        throw new ZipException("a table that does not end");
      }
      int value = 0;
      for (int i = 0; i < count; i++) {
        int at = start + (position >>> 3);
        int bit = at < end ? data[at] >> (position & 7) & 1 : 0;
        value |= bit << i;
        position++;
      }
      return value;
    }

    void back() {
      position--;
    }

    boolean isBeyond() {
      return endByte() > end;
    }

    int endByte() {
      return start + (position + 7 >>> 3);
    }
  }
}
