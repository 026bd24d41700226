package dev.freehold.vault.parity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.TreeMap;

/// A damaged file as it was: its own bytes, and in the place of damaged blocks those that were
/// computed again.
public final class RepairedFile implements ByteSource {
  private final ByteSource damaged;
  private final ByteSource computed;
  private final Layout layout;

  /// Where the bytes of a block stand in `computed`.
  private final TreeMap<Long, Long> positions = new TreeMap<>();

  RepairedFile(ByteSource damaged, ByteSource computed, Layout layout) {
    this.damaged = damaged;
    this.computed = computed;
    this.layout = layout;
  }

  void put(long block, long position) {
    positions.put(block, position);
  }

  /// How many blocks were computed.
  public int computedBlocks() {
    return positions.size();
  }

  @Override
  public long size() {
    return layout.length();
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    if (position >= layout.length()) {
      return -1;
    }
    long block = position / layout.blockBytes();
    Long computedAt = positions.get(block);
    long end;
    if (computedAt == null) {
      Long next = positions.higherKey(block);
      end = next == null ? layout.length() : next * layout.blockBytes();
    } else {
      end = (block + 1) * layout.blockBytes();
    }
    long most = Math.min(end, layout.length()) - position;
    int limit = target.limit();
    target.limit((int) Math.min(limit, target.position() + most));
    try {
      return computedAt == null
          ? readDamaged(target, position)
          : computed.read(target, computedAt + position % layout.blockBytes());
    } finally {
      target.limit(limit);
    }
  }

  /// A block that has its check is whole also where the file ends before it: it is zeros.
  private int readDamaged(ByteBuffer target, long position) throws IOException {
    int count = damaged.read(target, position);
    if (count >= 0) {
      return count;
    }
    int zeros = target.remaining();
    target.put(new byte[zeros]);
    return zeros;
  }
}
