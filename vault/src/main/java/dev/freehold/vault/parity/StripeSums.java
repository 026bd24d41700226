package dev.freehold.vault.parity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/// The parity of stripes that follow each other, computed by one thread.
final class StripeSums {
  /// How many columns are added to the parity at a time.
  private static final int COLUMNS_AT_ONCE = 8;

  private final Layout layout;
  private final ByteSource source;
  private final Block[][] data;
  private final Block[][] parity;
  private final Chunk chunk;
  private final PlaneSum sum = new PlaneSum();
  private int count;

  /// @param stripes how many it can work on
  StripeSums(Layout layout, ByteSource source, int stripes) {
    this.layout = layout;
    this.source = source;
    this.data = blocks(stripes, Math.min(COLUMNS_AT_ONCE, layout.dataColumns()));
    this.parity = blocks(stripes, layout.parityColumns());
    this.chunk = new Chunk(layout.blockBytes(), stripes);
  }

  private Block[][] blocks(int stripes, int columns) {
    Block[][] blocks = new Block[stripes][columns];
    for (Block[] row : blocks) {
      for (int c = 0; c < columns; c++) {
        row[c] = new Block(layout.blockBytes());
      }
    }
    return blocks;
  }

  /// Reads all columns of the stripes that begin with `first`, and puts their checks into the
  /// records, of which there is one for each stripe.
  ///
  /// @param columns is told how many columns were read since it was last told
  void compute(long first, StripeRecord[] records, LongConsumer columns) throws IOException {
    count = records.length;
    for (int s = 0; s < count; s++) {
      for (Block block : parity[s]) {
        block.clear();
      }
    }
    int atOnce = data[0].length;
    for (int column = 0; column < layout.dataColumns() && count > 0; column += atOnce) {
      int some = Math.min(atOnce, layout.dataColumns() - column);
      for (int c = 0; c < some; c++) {
        chunk.read(source, layout.position(column + c, first), count);
        for (int s = 0; s < count; s++) {
          records[s].setData(column + c, StripeRecord.checkOf(chunk.block(s)));
          data[s][c].load(chunk.block(s));
        }
        columns.accept(1);
      }
      add(column, some);
    }
    for (int s = 0; s < count; s++) {
      for (int r = 0; r < layout.parityColumns(); r++) {
        parity[s][r].store(chunk.block(0));
        records[s].setParity(r, StripeRecord.checkOf(chunk.block(0)));
      }
    }
  }

  /// Adds the columns that were read, stripe by stripe, so that a stripe's data is in the cache for
  /// all rows.
  private void add(int column, int some) {
    int[][] coefficients = new int[layout.parityColumns()][some];
    for (int r = 0; r < coefficients.length; r++) {
      for (int c = 0; c < some; c++) {
        coefficients[r][c] = CauchyMatrix.coefficient(r, column + c);
      }
    }
    for (int s = 0; s < count; s++) {
      for (int r = 0; r < coefficients.length; r++) {
        sum.add(parity[s][r], data[s], coefficients[r], some);
      }
    }
  }

  /// Puts a row of the parity that was computed last into a buffer.
  void store(int row, ByteBuffer blocks) {
    for (int s = 0; s < count; s++) {
      parity[s][row].store(blocks);
    }
  }
}
