package dev.freehold.vault.parity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/// A file in memory, with sectors that cannot be read where a test wants them.
final class MemoryFile implements ByteSource, ByteSink {
  private static final int SECTOR = 512;

  byte[] bytes;
  final BitSet brokenSectors = new BitSet();

  MemoryFile(byte... bytes) {
    this.bytes = bytes.clone();
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    if (position >= bytes.length) {
      return -1;
    }
    // Fewer than asked for now and then, as files may.
    int count = (int) Math.min(bytes.length - position, Math.max(1, target.remaining() * 2L / 3));
    int broken = brokenSectors.nextSetBit((int) position / SECTOR);
    if (broken >= 0 && broken * (long) SECTOR < position + count) {
      throw new IOException("sector " + broken + " cannot be read");
    }
    target.put(bytes, (int) position, count);
    return count;
  }

  @Override
  public void write(ByteBuffer from) {
    int end = bytes.length;
    bytes = Arrays.copyOf(bytes, end + from.remaining());
    from.get(bytes, end, from.remaining());
  }

  MemoryFile copy() {
    return new MemoryFile(bytes);
  }
}
