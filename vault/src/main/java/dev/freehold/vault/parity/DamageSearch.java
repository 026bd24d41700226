package dev.freehold.vault.parity;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongConsumer;

/// Reads a file and its parity whole and finds the blocks that are not as they were.
public final class DamageSearch {
  private final ByteSource file;
  private final ParityFile parity;
  private final Layout layout;
  private final LongConsumer progress;
  private final Chunk chunk;

  DamageSearch(ByteSource file, ParityFile parity, LongConsumer progress) {
    this.file = file;
    this.parity = parity;
    this.layout = parity.layout();
    this.progress = progress;
    this.chunk = new Chunk(layout);
  }

  /// Looks at all of the file.
  ///
  /// @param progress is told how many bytes were looked at since it was last told
  /// @throws IOException where not even the file's size can be read; what cannot be read of its
  ///   bytes is damage
  public static Damage find(ByteSource file, ParityFile parity, LongConsumer progress)
      throws IOException {
    return new DamageSearch(file, parity, progress).all();
  }

  private Damage all() throws IOException {
    boolean parityDamaged = !parity.areHeadersWhole();
    BitSet damaged = new BitSet();
    BitSet lost = new BitSet();
    for (long first = 0; first < layout.stripes(); first += layout.group()) {
      GroupRecords records = parity.records(first);
      StripeDamage found = group(first, records);
      parityDamaged |= records.isDamaged() || found.isParityDamaged();
      for (int s = 0; s < records.size(); s++) {
        boolean repairable = found.isRepairable(s, layout.parityColumns());
        for (int column : found.data()[s].stream().toArray()) {
          int block = Math.toIntExact(layout.block(column, first + s));
          damaged.set(block);
          lost.set(block, !repairable);
        }
      }
    }
    long size = file.size();
    return new Damage(layout.length(), size, ranges(damaged), ranges(lost), parityDamaged);
  }

  /// Looks at the stripes of a group.
  StripeDamage group(long first, GroupRecords records) {
    StripeDamage damage = StripeDamage.none(records.size());
    for (int s = 0; s < records.size(); s++) {
      damage.blind().set(s, records.record(s).isEmpty());
    }
    for (int column = 0; column < layout.dataColumns(); column++) {
      chunk.readWhatCanBe(file, layout.position(column, first), records.size());
      for (int s = 0; s < records.size(); s++) {
        int block = s;
        int at = column;
        boolean whole =
            records.record(s).map(record -> isWhole(block, record.data(at))).orElse(true);
        boolean hasBytes = layout.position(column, first + s) < layout.length();
        damage.data()[s].set(column, hasBytes && !whole);
      }
      progress.accept((long) records.size() * layout.blockBytes());
    }
    for (int row = 0; row < layout.parityColumns(); row++) {
      parity.readRow(chunk, first, row);
      for (int s = 0; s < records.size(); s++) {
        int block = s;
        int at = row;
        boolean whole =
            records.record(s).map(record -> isWhole(block, record.parity(at))).orElse(false);
        damage.parity()[s].set(row, !whole);
      }
    }
    return damage;
  }

  private boolean isWhole(int block, int check) {
    return !chunk.isUnreadable(block) && StripeRecord.checkOf(chunk.block(block)) == check;
  }

  private List<ByteRange> ranges(BitSet blocks) {
    List<ByteRange> ranges = new ArrayList<>();
    int from = blocks.nextSetBit(0);
    while (from >= 0) {
      int to = blocks.nextClearBit(from);
      long bytes = layout.blockBytes();
      ranges.add(new ByteRange(from * bytes, Math.min(to * bytes, layout.length())));
      from = blocks.nextSetBit(to);
    }
    return ranges;
  }
}
