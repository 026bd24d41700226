package dev.freehold.train.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/// Tokens of sequences of one length, and whether each one's target counts, in 2 bytes and a bit a
/// token where ids are small, else in 4.
///
/// The target of a token is the token after it; a sequence keeps one token more than it has, since
/// the last one's may stand where its document was cut.
final class PackedRows {
  private static final int SMALL = 1 << 16;

  /// One sequence: `length + 1` ids of which one of the two arrays holds the lower halves, and the
  /// other, where ids are large, the upper ones.
  private record Row(char[] low, char[] high, BitSet counted) {}

  private final int length;
  private final boolean small;
  private final List<Row> rows = new ArrayList<>();

  /// @param vocabulary ids are below this
  PackedRows(int length, int vocabulary) {
    this.length = length;
    this.small = vocabulary <= SMALL;
  }

  /// Bits of a token.
  static int bits(int vocabulary) {
    return (vocabulary <= SMALL ? Character.SIZE : 2 * Character.SIZE) + 1;
  }

  int count() {
    return rows.size();
  }

  /// Begins a sequence that is all padding.
  void begin(int padding) {
    char[] low = new char[length + 1];
    Arrays.fill(low, (char) padding);
    char[] high = new char[small ? 0 : length + 1];
    Arrays.fill(high, (char) (padding >>> 16));
    rows.add(new Row(low, high, new BitSet()));
  }

  /// Puts a token of the current sequence; one at `length` is a target only.
  void put(int at, int token) {
    Row row = rows.getLast();
    row.low[at] = (char) token;
    if (!small) {
      row.high[at] = (char) (token >>> 16);
    }
  }

  /// The target of this token of the current sequence counts.
  void count(int at) {
    rows.getLast().counted.set(at);
  }

  private int token(Row row, int at) {
    return small ? row.low[at] : row.high[at] << 16 | row.low[at];
  }

  void copyTokens(int index, int[] to, int at) {
    Row row = rows.get(index);
    for (int t = 0; t < length; t++) {
      to[at + t] = token(row, t);
    }
  }

  void copyTargets(int index, int[] to, int at) {
    Row row = rows.get(index);
    for (int t = 0; t < length; t++) {
      to[at + t] = row.counted.get(t) ? token(row, t + 1) : Sequences.NOT_COUNTED;
    }
  }
}
