package dev.freehold.kernel;

import dev.freehold.kernel.x86.Int8Unpack.Layout;
import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/// How the rows of a matrix are interleaved in a [PreparedFile], for each dtype that has such a
/// layout; version 2.
///
/// Rows are taken in groups of 16, the last one filled up with zeros. Bits come as vectors of 64
/// bytes, four bytes for each row: the widest instruction for products of bytes takes four unsigned
/// weights of 16 rows from one vector. A group is a sequence of records, each of the scales of some
/// blocks of 32 columns and then their bits, so that it is read as one stream; only Q8_0, whose
/// bits are used where they are, has all scales first. Each part begins at a multiple of 64 bytes.
/// With B blocks in a row:
///
/// - Q8_0: scales `[B][16]` float16; bits `[B][8][16][4]`: byte j of vector i is `128 + q` of
///   column `4 i + j`.
/// - Q4_0, for each 2 blocks: scales `[2][16]` float16; nibbles `[2][4][16][4]`: the low half of
///   byte j of vector i is `8 + q` of column `8 i + j`, the high half that of column `8 i + 4 + j`.
///   The nibbles of a block that is not there are left out.
/// - Q4_K, for each 8 blocks: d `[16]` and dmin `[16]` float16, sub-scales `[8][16]` and minimums
///   `[8][16]` as bytes; nibbles as above of q.
/// - Q6_K, for each 8 blocks: d `[16]` float16 and sub-scales of the half blocks `[16][16]` int8;
///   for each block nibbles as above of the low 4 bits of `32 + q`, then the high 2 bits
///   `[2][16][4]`: bits `2 p` of byte j of vector m are those of column `16 m + 4 p + j`.
///
/// Padding is zero. All numbers are little-endian.
enum PreparedLayout {
  Q8_0(Dtype.Q8_0, Layout.Q8_0),
  Q4_0(Dtype.Q4_0, Layout.Q4_0),
  Q4_K(Dtype.Q4_K, Layout.Q4_K),
  Q6_K(Dtype.Q6_K, Layout.Q6_K);

  /// Number of this set of layouts; files of another are refused.
  static final int VERSION = 2;

  static final int ROWS = 16;

  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Dtype dtype;
  private final Layout records;

  PreparedLayout(Dtype dtype, Layout records) {
    this.dtype = dtype;
    this.records = records;
  }

  /// The layout of a dtype, if it has one.
  static Optional<PreparedLayout> of(Dtype dtype) {
    return Arrays.stream(values()).filter(layout -> layout.dtype == dtype).findFirst();
  }

  /// How long its records are, as emitted code reads them.
  Layout records() {
    return records;
  }

  private long recordAt(int block) {
    return block / records.recordBlocks() * (long) records.recordBytes();
  }

  /// Where a block's scales begin in a group of rows; those of Q4_K and Q6_K are its record's.
  long scalesAt(int block) {
    return recordAt(block) + (this == Q4_0 ? block % records.recordBlocks() * 32L : 0);
  }

  /// Where a block's bits begin in a group of rows of `blocks` blocks.
  long bitsAt(int blocks, int block) {
    return this == Q8_0
        ? (scalesAt(blocks) + 63 & -64) + (long) block * records.blockBytes()
        : recordAt(block)
            + records.recordScaleBytes()
            + (long) (block % records.recordBlocks()) * records.blockBytes();
  }

  /// Bytes of a group of rows.
  long groupBytes(int blocks) {
    return bitsAt(blocks, blocks - 1) + records.blockBytes();
  }

  /// Bytes of a matrix.
  long byteSize(long rows, long columns) {
    int blocks = Math.toIntExact(columns / Activations.BLOCK);
    return Math.multiplyExact((rows + ROWS - 1) / ROWS, groupBytes(blocks));
  }

  /// Writes a group of rows.
  ///
  /// @param src the bytes of the rows in the dtype's own layout
  /// @param rows rows that there are, 1 to 16
  /// @param dst groupBytes(blocks) bytes, all zero
  void pack(MemorySegment src, int rows, int blocks, MemorySegment dst) {
    long rowBytes = dtype.byteSize((long) blocks * Activations.BLOCK);
    for (int r = 0; r < rows; r++) {
      for (int b = 0; b < blocks; b++) {
        switch (this) {
          case Q8_0 -> packQ8(src, r * rowBytes + b * 34L, r, b, blocks, dst);
          case Q4_0 -> packQ4(src, r * rowBytes + b * 18L, r, b, blocks, dst);
          case Q4_K -> packQ4K(src, r * rowBytes + (b >> 3) * 144L, r, b, blocks, dst);
          case Q6_K -> packQ6K(src, r * rowBytes + (b >> 3) * 210L, r, b, blocks, dst);
        }
      }
    }
  }

  private static void copyHalf(MemorySegment src, long from, MemorySegment dst, long to) {
    dst.set(U16, to, src.get(U16, from));
  }

  private static void orByte(MemorySegment dst, long at, int bits) {
    dst.set(ValueLayout.JAVA_BYTE, at, (byte) (dst.get(ValueLayout.JAVA_BYTE, at) | bits));
  }

  /// Puts the 4 bits of column k of a block into the nibbles.
  private void putNibble(MemorySegment dst, int r, int b, int blocks, int k, int bits) {
    long at = bitsAt(blocks, b) + 64 * (k >> 3) + 4 * r + (k & 3);
    orByte(dst, at, bits << (k & 4));
  }

  private void packQ8(MemorySegment src, long block, int r, int b, int blocks, MemorySegment dst) {
    copyHalf(src, block, dst, scalesAt(b) + 2 * r);
    long to = bitsAt(blocks, b) + 4 * r;
    for (int k = 0; k < Activations.BLOCK; k++) {
      int q = BlockBytes.s8(src, block + 2 + k);
      dst.set(ValueLayout.JAVA_BYTE, to + 64 * (k >> 2) + (k & 3), (byte) (q + 128));
    }
  }

  private void packQ4(MemorySegment src, long block, int r, int b, int blocks, MemorySegment dst) {
    copyHalf(src, block, dst, scalesAt(b) + 2 * r);
    for (int k = 0; k < 16; k++) {
      int pair = BlockBytes.u8(src, block + 2 + k);
      putNibble(dst, r, b, blocks, k, pair & 15);
      putNibble(dst, r, b, blocks, 16 + k, pair >> 4);
    }
  }

  private void packQ4K(MemorySegment src, long block, int r, int b, int blocks, MemorySegment dst) {
    int s = b & 7;
    long scales = scalesAt(b);
    copyHalf(src, block, dst, scales + 2 * r);
    copyHalf(src, block + 2, dst, scales + 32 + 2 * r);
    byte factor = (byte) KFormat.subScale(src, block + 4, s);
    byte minimum = (byte) KFormat.subMinimum(src, block + 4, s);
    dst.set(ValueLayout.JAVA_BYTE, scales + 64 + 16 * s + r, factor);
    dst.set(ValueLayout.JAVA_BYTE, scales + 192 + 16 * s + r, minimum);
    for (int k = 0; k < Activations.BLOCK; k++) {
      int pair = BlockBytes.u8(src, block + 16 + 32 * (s >> 1) + k);
      putNibble(dst, r, b, blocks, k, pair >> 4 * (s & 1) & 15);
    }
  }

  private void packQ6K(MemorySegment src, long block, int r, int b, int blocks, MemorySegment dst) {
    int s = b & 7;
    long scales = scalesAt(b);
    copyHalf(src, block + 208, dst, scales + 2 * r);
    for (int half = 0; half < 2; half++) {
      byte factor = (byte) BlockBytes.s8(src, block + 192 + 2 * s + half);
      dst.set(ValueLayout.JAVA_BYTE, scales + 32 + 16 * (2 * s + half) + r, factor);
    }
    for (int k = 0; k < Activations.BLOCK; k++) {
      int low = BlockBytes.u8(src, block + 64 * (s >> 2) + 32 * (s & 1) + k);
      int high = BlockBytes.u8(src, block + 128 + 32 * (s >> 2) + k);
      putNibble(dst, r, b, blocks, k, low >> 4 * (s >> 1 & 1) & 15);
      long to = bitsAt(blocks, b) + 256 + 64 * (k >> 4) + 4 * r + (k & 3);
      orByte(dst, to, (high >> 2 * (s & 3) & 3) << 2 * (k >> 2 & 3));
    }
  }
}
