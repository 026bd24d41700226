package dev.freehold.vault.parity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// The blocks of one column, or of one row of parity, in one group of stripes, as they were read.
///
/// What lies behind the end of the source counts as zeros; what cannot be read, too, and is told
/// of.
final class Chunk {
  private final int blockBytes;
  private final byte[] bytes;
  private final boolean[] unreadable;

  Chunk(Layout layout) {
    this(layout.blockBytes(), (int) Math.min(layout.group(), layout.stripes()));
  }

  Chunk(int blockBytes, int blocks) {
    this.blockBytes = blockBytes;
    this.bytes = new byte[blocks * blockBytes];
    this.unreadable = new boolean[blocks];
  }

  /// Reads the blocks; those that the system cannot read are zeros and [#isUnreadable].
  void readWhatCanBe(ByteSource source, long position, int blocks) {
    Arrays.fill(unreadable, false);
    try {
      read(source, position, 0, blocks * blockBytes);
    } catch (IOException failure) {
      for (int b = 0; b < blocks; b++) {
        try {
          read(source, position + (long) b * blockBytes, b * blockBytes, blockBytes);
        } catch (IOException worse) {
          unreadable[b] = true;
          Arrays.fill(bytes, b * blockBytes, (b + 1) * blockBytes, (byte) 0);
        }
      }
    }
  }

  void read(ByteSource source, long position, int blocks) throws IOException {
    read(source, position, 0, blocks * blockBytes);
  }

  private void read(ByteSource source, long position, int offset, int length) throws IOException {
    ByteBuffer target = ByteBuffer.wrap(bytes, offset, length);
    while (target.hasRemaining()) {
      int count = source.read(target, position + target.position() - offset);
      if (count < 0) {
        Arrays.fill(bytes, target.position(), offset + length, (byte) 0);
        return;
      }
      if (count == 0) {
        throw new IOException("a read gave nothing, before the end");
      }
    }
  }

  boolean isUnreadable(int block) {
    return unreadable[block];
  }

  ByteBuffer block(int block) {
    return ByteBuffer.wrap(bytes, block * blockBytes, blockBytes);
  }
}
