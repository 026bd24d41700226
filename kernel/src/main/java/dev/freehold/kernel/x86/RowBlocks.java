package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Mem.at;

/// Writes code that reads blocks of 16 rows in a file's own layout: to weights as unsigned bytes
/// and to float32 numbers, a lane a row, for processors with AVX-512.
///
/// Vectors 0 to 15 are for work; some of those from 16 on hold numbers that stay. Vectors 24, 25,
/// 28 and 31 are free once the numbers of a block were handed over, where its layout has no scale
/// of each block and no other name for them; 27 always.
abstract sealed class RowBlocks permits SmallBlocks, LargeBlocks {
  static final int WORK = 8;

  /// Of a layout where each block has its own.
  static final Vec SCALE = Vec.zmm(24);

  static final Vec TEMPORARY = Vec.zmm(26);
  static final Vec LOW = Vec.zmm(30);

  private static final int LINE = 64;

  final Assembler a;
  final RowLayout layout;
  final RowLoads loads;
  final BlockSink sink;
  private final Gp ahead;

  /// @param ahead points at rows that will be read soon; see [#drawAhead]
  RowBlocks(Assembler a, RowLayout layout, RowLoads loads, Gp ahead, BlockSink sink) {
    this.a = a;
    this.layout = layout;
    this.loads = loads;
    this.ahead = ahead;
    this.sink = sink;
  }

  static RowBlocks of(Assembler a, RowLayout layout, RowLoads loads, Gp ahead, BlockSink sink) {
    return layout.sharing() == 1
        ? new SmallBlocks(a, layout, loads, ahead, sink)
        : new LargeBlocks(a, layout, loads, ahead, sink);
  }

  /// Loads the numbers that stay in registers, by way of `rax`.
  abstract void constants();

  /// Reads the blocks that come together, and goes on to the next ones.
  final void together() {
    read();
    loads.advance(layout.bytes());
  }

  abstract void read();

  /// Draws a stretch of some rows into the cache; after [Int8Scales#BLOCKS] blocks that is a
  /// stretch of all rows. A processor that sees 16 rows side by side does not foresee what comes.
  final void drawAhead(int rows) {
    for (int row = 0; row < rows; row++) {
      for (int at = 0; at < layout.stretchBytes(); at += LINE) {
        a.prefetcht0(at(ahead, at));
      }
      a.add(ahead, RowLoads.STRIDE);
    }
  }

  /// The low halves of bytes of vector i stay there, the high halves go to a vector of their own.
  final void split(int i) {
    Vec low = Vec.zmm(i);
    Vec high = Vec.zmm(WORK + i);
    a.vpsrlw(high, low, 4);
    a.vpandd(low, low, LOW);
    a.vpandd(high, high, LOW);
  }

  /// Hands over nibbles of 16 bytes a row: low halves, and after them the high ones.
  final void nibblesInOrder(int block) {
    for (int i = 0; i < 4; i++) {
      sink.weights(block, i, Vec.zmm(i));
    }
    for (int i = 0; i < 4; i++) {
      sink.weights(block, 4 + i, Vec.zmm(WORK + i));
    }
    sink.end(block);
  }

  /// Nibbles as numbers of a table.
  final void lookUp(Vec table, int vectors) {
    for (int i = 0; i < vectors; i++) {
      a.vpshufb(Vec.zmm(i), table, Vec.zmm(i));
      a.vpshufb(Vec.zmm(WORK + i), table, Vec.zmm(WORK + i));
    }
  }

  /// The values of IQ4_NL and IQ4_XS with 128 added.
  static void nonLinearTable(Assembler a, Vec to) {
    Int8Steps.table(a, to, 0x766a_5d4f_3f2d_1801L, 0xf1d9_c5b5_a699_8d81L);
  }
}
