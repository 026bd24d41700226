package dev.freehold.vault.parity;

import dev.freehold.vault.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongConsumer;

/// Computes a parity file: one reading of the protected file in columns, and writing from front to
/// end, with memory that does not grow with the file.
///
/// Of a large file two threads compute half of each group's stripes each. All writing is the
/// caller's own, and of smaller files the reading too.
public final class ParityWriter {
  /// From this size on it is worth a second thread.
  private static final long LARGE = 64L << 20;

  private final ParityHeader header;
  private final Layout layout;
  private final ByteSink sink;
  private final LongConsumer progress;
  private final int stripesOfPart;
  private final StripeSums[] parts;
  private final ByteBuffer row;

  private ParityWriter(
      ParityHeader header, ByteSource source, ByteSink sink, LongConsumer progress, boolean alone) {
    this.header = header;
    this.layout = header.layout();
    this.sink = sink;
    this.progress = progress;
    int groupBlocks = (int) Math.min(layout.group(), layout.stripes());
    int threads = alone ? 1 : 2;
    this.stripesOfPart = Math.ceilDiv(groupBlocks, threads);
    this.parts = new StripeSums[threads];
    Arrays.setAll(parts, p -> new StripeSums(layout, source, stripesOfPart));
    this.row = ByteBuffer.allocate(groupBlocks * layout.blockBytes());
  }

  /// Writes the parity file of what `source` holds, which must have the digest.
  ///
  /// @param source read by two threads where it is large
  /// @param progress is told how many bytes of the source were worked on since it was last told
  /// @throws IOException where reading or writing fails; what was written is then of no use
  public static void write(
      ByteSource source, Digest digest, Redundancy redundancy, ByteSink sink, LongConsumer progress)
      throws IOException {
    ParityHeader header = new ParityHeader(digest, Layout.of(source.size(), redundancy));
    write(header, source, sink, progress, source.size() < LARGE);
  }

  static void write(
      ParityHeader header, ByteSource source, ByteSink sink, LongConsumer progress, boolean alone)
      throws IOException {
    new ParityWriter(header, source, sink, progress, alone).writeAll();
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
    }
    compute(first, records);
    ByteBuffer encoded = ByteBuffer.allocate(size * layout.recordBytes());
    for (StripeRecord record : records) {
      record.encode(encoded);
    }
    sink.write(encoded.flip().duplicate());
    for (int r = 0; r < layout.parityColumns(); r++) {
      row.clear();
      for (StripeSums part : parts) {
        part.store(r, row);
      }
      sink.write(row.flip());
    }
    return encoded;
  }

  /// The first part is this thread's own, and tells how far both are, since they go side by side.
  private void compute(long first, StripeRecord[] records) throws IOException {
    long columnBytes = (long) records.length * layout.blockBytes();
    SideBySide.Work own =
        () -> computePart(0, first, records, columns -> progress.accept(columns * columnBytes));
    if (parts.length == 1) {
      own.run();
    } else {
      SideBySide.run(own, () -> computePart(1, first, records, columns -> {}));
    }
  }

  private void computePart(int part, long first, StripeRecord[] records, LongConsumer columns)
      throws IOException {
    int from = Math.min(part * stripesOfPart, records.length);
    int to = Math.min(from + stripesOfPart, records.length);
    parts[part].compute(first + from, Arrays.copyOfRange(records, from, to), columns);
  }
}
