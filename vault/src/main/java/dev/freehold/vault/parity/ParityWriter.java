package dev.freehold.vault.parity;

import dev.freehold.vault.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/// Writes a parity file from front to end, with memory that does not grow with the protected file
/// but for the second copy of the records.
///
/// The parity of large files is computed by two threads. All writing is the caller's own, and of
/// smaller files the reading too.
public final class ParityWriter {
  /// From this size on the parity of a file is worth a thread of its own.
  public static final long LARGE = 64L << 20;

  private final ParityHeader header;
  private final Layout layout;
  private final Groups groups;
  private final ByteSink sink;
  private final ByteBuffer row;

  /// Where the parity of the groups of stripes comes from, group by group.
  interface Groups {
    /// Goes on to the group that begins with `first`, and puts its checks into the records.
    void compute(long first, StripeRecord[] records) throws IOException;

    /// Puts a row of the group's parity blocks into a buffer, which has room for just them.
    void store(int row, ByteBuffer blocks) throws IOException;
  }

  private ParityWriter(ParityHeader header, Groups groups, ByteSink sink) {
    this.header = header;
    this.layout = header.layout();
    this.groups = groups;
    this.sink = sink;
    this.row =
        ByteBuffer.allocate((int) Math.min(layout.group(), layout.stripes()) * layout.blockBytes());
  }

  /// Writes the parity file of what `source` holds, which must have the digest.
  ///
  /// @param source read by two threads where it is large
  /// @param progress is told how many bytes of the source were worked on since it was last told
  /// @throws IOException where reading or writing fails; what was written is then of no use
  public static void write(
      ByteSource source, Digest digest, Redundancy redundancy, ByteSink sink, LongConsumer progress)
      throws IOException {
    Layout layout = Layout.of(source.size(), redundancy);
    boolean alone = source.size() < LARGE;
    write(
        new ParityHeader(digest, layout),
        new ComputedGroups(layout, source, progress, alone),
        sink);
  }

  static void write(ParityHeader header, Groups groups, ByteSink sink) throws IOException {
    new ParityWriter(header, groups, sink).writeAll();
  }

  /// How long the parity file of so many bytes is.
  public static long fileBytes(long length, Redundancy redundancy) {
    return redundancy.isNone() ? 0 : Layout.of(length, redundancy).fileBytes();
  }

  private void writeAll() throws IOException {
    sink.write(header.encode());
    ByteBuffer copies =
        ByteBuffer.allocate(Math.toIntExact(layout.stripes() * layout.recordBytes()));
    for (long first = 0; first < layout.stripes(); first += layout.group()) {
      copies.put(writeGroup(first, layout.groupSize(first)));
    }
    sink.write(copies.flip());
    sink.write(header.encode());
  }

  private ByteBuffer writeGroup(long first, int size) throws IOException {
    StripeRecord[] records = StripeRecord.ofGroup(header, first, size);
    groups.compute(first, records);
    ByteBuffer encoded = ByteBuffer.allocate(size * layout.recordBytes());
    for (StripeRecord record : records) {
      record.encode(encoded);
    }
    sink.write(encoded.flip().duplicate());
    for (int r = 0; r < layout.parityColumns(); r++) {
      groups.store(r, row.clear().limit(size * layout.blockBytes()));
      sink.write(row.flip());
    }
    return encoded;
  }
}
