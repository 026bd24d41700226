package dev.freehold.vault.parity;

import dev.freehold.vault.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/// Parity that is computed while the digest of its file is not known yet: its blocks wait in a
/// scratch file, the checks of all blocks in memory.
public final class ParityDraft {
  /// Stands in the header until the digest is known; it is written nowhere.
  private static final Digest NONE = Digest.of(new byte[32]);

  private final Layout layout;
  private final List<StripeRecord[]> records = new ArrayList<>();

  private ParityDraft(Layout layout) {
    this.layout = layout;
  }

  /// Computes the parity of all of the source, in the thread of the caller alone.
  ///
  /// @param scratch takes its blocks
  public static ParityDraft compute(ByteSource source, Redundancy redundancy, ByteSink scratch)
      throws IOException {
    ParityDraft draft = new ParityDraft(Layout.of(source.size(), redundancy));
    draft.computeAll(source, scratch);
    return draft;
  }

  private void computeAll(ByteSource source, ByteSink scratch) throws IOException {
    ParityHeader header = new ParityHeader(NONE, layout);
    ComputedGroups groups = new ComputedGroups(layout, source, worked -> {}, true);
    int most = (int) Math.min(layout.group(), layout.stripes());
    ByteBuffer row = ByteBuffer.allocate(most * layout.blockBytes());
    for (long first = 0; first < layout.stripes(); first += layout.group()) {
      StripeRecord[] group = StripeRecord.ofGroup(header, first, layout.groupSize(first));
      groups.compute(first, group);
      records.add(group);
      for (int r = 0; r < layout.parityColumns(); r++) {
        groups.store(r, row.clear());
        scratch.write(row.flip());
      }
    }
  }

  /// How long the blocks are that a file of so many bytes is cut into.
  public static int blockBytes(long size, Redundancy redundancy) {
    return Layout.of(size, redundancy).blockBytes();
  }

  /// Whether the blocks of the file have these CRC-32C, the last one with zeros at its end.
  public boolean isOf(IntUnaryOperator checks) {
    for (long block = 0; block < layout.blocks(); block++) {
      int column = (int) (block / layout.stripes());
      long stripe = block % layout.stripes();
      StripeRecord record =
          records.get((int) (stripe / layout.group()))[(int) (stripe % layout.group())];
      if (record.data(column) != checks.applyAsInt((int) block)) {
        return false;
      }
    }
    return true;
  }

  /// How long the file was whose parity this is.
  public long length() {
    return layout.length();
  }

  /// Writes the parity file.
  ///
  /// @param digest of what the source held
  /// @param scratch what was written to it
  public void write(Digest digest, ByteSource scratch, ByteSink sink) throws IOException {
    ParityWriter.write(new ParityHeader(digest, layout), new Drafted(scratch), sink);
  }

  /// The groups as they were drafted, from first to last.
  private final class Drafted implements ParityWriter.Groups {
    private final ByteSource scratch;
    private long position;

    Drafted(ByteSource scratch) {
      this.scratch = scratch;
    }

    @Override
    public void compute(long first, StripeRecord[] group) {
      StripeRecord[] drafted = records.get((int) (first / layout.group()));
      for (int s = 0; s < group.length; s++) {
        group[s].takeChecks(drafted[s]);
      }
    }

    @Override
    public void store(int row, ByteBuffer blocks) throws IOException {
      while (blocks.hasRemaining()) {
        int count = scratch.read(blocks, position);
        if (count <= 0) {
          throw new EOFException("what was written to a scratch file is not there");
        }
        position += count;
      }
    }
  }
}
