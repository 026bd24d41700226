package dev.freehold.vault.parity;

import dev.freehold.vault.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/// Computes a parity file: one reading of the protected file in columns, and writing from front to
/// end, with memory that does not grow with the file.
public final class ParityWriter {
  /// How many columns are added to the parity at a time.
  private static final int COLUMNS_AT_ONCE = 8;

  private final ParityHeader header;
  private final Layout layout;
  private final ByteSource source;
  private final ByteSink sink;
  private final LongConsumer progress;
  private final PlaneSum sum = new PlaneSum();
  private final int groupBlocks;
  private final Block[][] data;
  private final Block[][] parity;

  private ParityWriter(
      ParityHeader header, ByteSource source, ByteSink sink, LongConsumer progress) {
    this.header = header;
    this.layout = header.layout();
    this.source = source;
    this.sink = sink;
    this.progress = progress;
    this.groupBlocks = (int) Math.min(layout.group(), layout.stripes());
    int columns = Math.min(COLUMNS_AT_ONCE, layout.dataColumns());
    this.data = blocks(groupBlocks, columns);
    this.parity = blocks(groupBlocks, layout.parityColumns());
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

  /// Writes the parity file of what `source` holds, which must have the digest.
  ///
  /// @param progress is told how many bytes of the source were worked on since it was last told
  /// @throws IOException where reading or writing fails; what was written is then of no use
  public static void write(
      ByteSource source, Digest digest, Redundancy redundancy, ByteSink sink, LongConsumer progress)
      throws IOException {
    Layout layout = Layout.of(source.size(), redundancy);
    new ParityWriter(new ParityHeader(digest, layout), source, sink, progress).writeAll();
  }

  /// How long the parity file of so many bytes is.
  public static long fileBytes(long length, Redundancy redundancy) {
    return redundancy.isNone() ? 0 : Layout.of(length, redundancy).fileBytes();
  }

  private void writeAll() throws IOException {
    sink.write(header.encode());
    ByteBuffer copies = ByteBuffer.allocate(Math.toIntExact(recordsOf(layout.stripes())));
    for (long first = 0; first < layout.stripes(); first += layout.group()) {
      ByteBuffer records = writeGroup(first, layout.groupSize(first));
      copies.put(records);
    }
    sink.write(copies.flip());
    sink.write(header.encode());
  }

  private long recordsOf(long stripes) {
    return stripes * layout.recordBytes();
  }

  private ByteBuffer writeGroup(long first, int size) throws IOException {
    StripeRecord[] records = new StripeRecord[size];
    for (int s = 0; s < size; s++) {
      records[s] = new StripeRecord(header, first + s);
      for (Block block : parity[s]) {
        block.clear();
      }
    }
    addColumns(first, records);
    Chunk row = new Chunk(layout);
    for (int s = 0; s < size; s++) {
      for (int r = 0; r < layout.parityColumns(); r++) {
        parity[s][r].store(row.block(0));
        records[s].setParity(r, StripeRecord.checkOf(row.block(0)));
      }
    }
    ByteBuffer encoded = ByteBuffer.allocate(size * layout.recordBytes());
    for (StripeRecord record : records) {
      record.encode(encoded);
    }
    sink.write(encoded.flip().duplicate());
    for (int r = 0; r < layout.parityColumns(); r++) {
      ByteBuffer blocks = ByteBuffer.allocate(size * layout.blockBytes());
      for (int s = 0; s < size; s++) {
        parity[s][r].store(blocks);
      }
      sink.write(blocks.flip());
    }
    return encoded;
  }

  private void addColumns(long first, StripeRecord[] records) throws IOException {
    Chunk chunk = new Chunk(layout);
    int atOnce = data[0].length;
    int[][] coefficients = new int[layout.parityColumns()][atOnce];
    for (int column = 0; column < layout.dataColumns(); column += atOnce) {
      int count = Math.min(atOnce, layout.dataColumns() - column);
      for (int c = 0; c < count; c++) {
        chunk.read(source, layout.position(column + c, first), records.length);
        for (int s = 0; s < records.length; s++) {
          records[s].setData(column + c, StripeRecord.checkOf(chunk.block(s)));
          data[s][c].load(chunk.block(s));
        }
        progress.accept((long) records.length * layout.blockBytes());
      }
      for (int r = 0; r < coefficients.length; r++) {
        for (int c = 0; c < count; c++) {
          coefficients[r][c] = CauchyMatrix.coefficient(r, column + c);
        }
      }
      // Stripe by stripe, so that its data is in the cache for all rows.
      for (int s = 0; s < records.length; s++) {
        for (int r = 0; r < coefficients.length; r++) {
          sum.add(parity[s][r], data[s], coefficients[r], count);
        }
      }
    }
  }
}
