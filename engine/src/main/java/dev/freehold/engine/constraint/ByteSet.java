package dev.freehold.engine.constraint;

import java.util.BitSet;

/// An immutable set of bytes.
final class ByteSet {
  static final ByteSet ALL = new ByteSet(full());

  private final BitSet bits;

  ByteSet(BitSet bits) {
    this.bits = (BitSet) bits.clone();
  }

  private static BitSet full() {
    BitSet bits = new BitSet(256);
    bits.set(0, 256);
    return bits;
  }

  boolean contains(int symbol) {
    return bits.get(symbol);
  }
}
