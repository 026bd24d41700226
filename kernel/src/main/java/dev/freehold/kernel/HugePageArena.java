package dev.freehold.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A shared arena that cuts large segments out of slabs of huge pages, where the system has them.
public final class HugePageArena implements Arena {
  /// Below it a segment is not worth a part of a huge page: its owner is small.
  private static final long SMALLEST = 64 << 10;

  private static final long SLAB_BYTES = 16 * HugePages.BYTES;
  private static final long ALIGNMENT = 64;

  private final Arena arena = Arena.ofShared();
  private MemorySegment slab = MemorySegment.NULL;
  private long used;

  @Override
  public synchronized MemorySegment allocate(long byteSize, long byteAlignment) {
    if (byteSize < SMALLEST || byteAlignment > ALIGNMENT) {
      return arena.allocate(byteSize, byteAlignment);
    }
    if (byteSize > slab.byteSize() - used) {
      long pages = (Math.max(byteSize, SLAB_BYTES) + HugePages.BYTES - 1) / HugePages.BYTES;
      slab = HugePages.map(pages * HugePages.BYTES, arena).orElse(MemorySegment.NULL);
      used = 0;
    }
    if (slab.byteSize() == 0) {
      return arena.allocate(byteSize, byteAlignment);
    }
    MemorySegment segment = slab.asSlice(used, byteSize);
    used = Math.min(slab.byteSize(), (used + byteSize + ALIGNMENT - 1) & -ALIGNMENT);
    return segment;
  }

  @Override
  public MemorySegment.Scope scope() {
    return arena.scope();
  }

  @Override
  public void close() {
    arena.close();
  }
}
