package dev.freehold.train.data.zstd;

import java.util.Arrays;
import java.util.zip.ZipException;

/// A Huffman code of bytes: for each run of bits the byte it begins with, and how many bits that
/// takes. Source: RFC 8878, section 4.2.
record HuffmanTable(int mostBits, byte[] symbols, byte[] bits) {
  private static final int MOST_BITS = 11;
  private static final int MOST_WEIGHTS = 255;
  private static final int WEIGHT_ACCURACY = 6;
  private static final int WEIGHT_SYMBOLS = 16;
  private static final int FIRST_DIRECT = 128;

  /// A table as it was described, and where its description ends.
  record Described(HuffmanTable table, int end) {}

  /// Reads the description of a table.
  static Described read(byte[] data, int start, int end) throws ZipException {
    if (start >= end) {
      throw new ZipException("a Huffman table is missing");
    }
    int header = data[start] & 0xff;
    boolean direct = header >= FIRST_DIRECT;
    int count = header - FIRST_DIRECT + 1;
    int stop = start + 1 + (direct ? (count + 1) / 2 : header);
    if (stop > end) {
      throw new ZipException("a Huffman table that does not end");
    }
    byte[] weights = new byte[MOST_WEIGHTS + 1];
    if (direct) {
      for (int i = 0; i < count; i++) {
        int two = data[start + 1 + i / 2];
        weights[i] = (byte) (i % 2 == 0 ? two >> 4 & 15 : two & 15);
      }
    } else {
      count = compressedWeights(data, start + 1, stop, weights);
    }
    return new Described(of(weights, count), stop);
  }

  /// Weights under an entropy code, from two states in turn.
  private static int compressedWeights(byte[] data, int start, int end, byte[] weights)
      throws ZipException {
    FseTable.Described described = FseTable.read(data, start, end, WEIGHT_ACCURACY, WEIGHT_SYMBOLS);
    FseTable table = described.table();
    BackwardBits in = new BackwardBits(data, described.end(), end);
    int one = table.first(in);
    int two = table.first(in);
    if (in.left() < 0) {
      throw new ZipException("weights that go beyond their bits");
    }
    int count = 0;
    while (in.left() >= 0) {
      if (count + 2 > MOST_WEIGHTS) {
        throw new ZipException("more than %d weights".formatted(MOST_WEIGHTS));
      }
      weights[count++] = (byte) table.symbol(one);
      one = table.next(one, in);
      int other = two;
      two = one;
      one = other;
    }
    weights[count++] = (byte) table.symbol(one);
    return count;
  }

  /// The code of weights, to which the last one is added: what makes the sum a power of two.
  private static HuffmanTable of(byte[] weights, int count) throws ZipException {
    int sum = 0;
    for (int i = 0; i < count; i++) {
      if (weights[i] > MOST_BITS) {
        throw new ZipException("a weight of %d, the most is %d".formatted(weights[i], MOST_BITS));
      }
      sum += weights[i] == 0 ? 0 : 1 << weights[i] - 1;
    }
    int mostBits = 32 - Integer.numberOfLeadingZeros(sum);
    int rest = (1 << mostBits) - sum;
    if (sum == 0 || mostBits > MOST_BITS || Integer.bitCount(rest) != 1) {
      throw new ZipException("weights that make no code");
    }
    weights[count] = (byte) (32 - Integer.numberOfLeadingZeros(rest));
    byte[] symbols = new byte[1 << mostBits];
    byte[] bits = new byte[1 << mostBits];
    int at = 0;
    for (int weight = 1; weight <= mostBits; weight++) {
      for (int symbol = 0; symbol <= count; symbol++) {
        if (weights[symbol] == weight) {
          int next = at + (1 << weight - 1);
          Arrays.fill(symbols, at, next, (byte) symbol);
          Arrays.fill(bits, at, next, (byte) (mostBits + 1 - weight));
          at = next;
        }
      }
    }
    return new HuffmanTable(mostBits, symbols, bits);
  }

  /// Decodes a stream that holds exactly the bytes `[to, toEnd)`.
  void decode(BackwardBits in, byte[] target, int to, int toEnd) throws ZipException {
    for (int i = to; i < toEnd; i++) {
      int code = (int) in.peek(mostBits);
      target[i] = symbols[code];
      in.skip(bits[code]);
    }
    if (in.left() != 0) {
      throw new ZipException("literals that do not fill their stream");
    }
  }
}
