package dev.freehold.vault.parity;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;

/// A block as eight planes: bit t of the field's elements is in plane t.
///
/// The planes are the eighths of the block's bytes in order. An element's bits so stand in eight
/// places, and multiplying all elements by a constant is a matter of adding whole planes, which is
/// what processors do fastest.
final class Block {
  static final int PLANES = 8;

  private final long[][] planes;

  Block(int bytes) {
    planes = new long[PLANES][bytes / PLANES / Long.BYTES];
  }

  void clear() {
    for (long[] plane : planes) {
      Arrays.fill(plane, 0);
    }
  }

  /// Takes the bytes of a block from the buffer's position on, which does not move.
  void load(ByteBuffer bytes) {
    LongBuffer longs = bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    for (long[] plane : planes) {
      longs.get(plane);
    }
  }

  /// Puts the bytes of the block from the buffer's position on, which moves behind them.
  void store(ByteBuffer bytes) {
    LongBuffer longs = bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    for (long[] plane : planes) {
      longs.put(plane);
    }
    bytes.position(bytes.position() + PLANES * planes[0].length * Long.BYTES);
  }

  long[] plane(int bit) {
    return planes[bit];
  }
}
