package dev.freehold.kernel.x86;

import org.jspecify.annotations.Nullable;

/// A place in memory: `[base + index * scale + displacement]`.
///
/// @param scale 1, 2, 4 or 8
public record Mem(Gp base, @Nullable Gp index, int scale, int displacement) implements Operand {
  public Mem {
    if (index == Gp.RSP) {
      throw new IllegalArgumentException("rsp cannot be an index");
    }
    if (Integer.bitCount(scale) != 1 || scale < 1 || scale > 8) {
      throw new IllegalArgumentException("scale " + scale + ": 1, 2, 4 or 8 is needed");
    }
  }

  public static Mem at(Gp base) {
    return new Mem(base, null, 1, 0);
  }

  public static Mem at(Gp base, int displacement) {
    return new Mem(base, null, 1, displacement);
  }

  public static Mem at(Gp base, Gp index, int scale) {
    return new Mem(base, index, scale, 0);
  }

  /// The same place, some bytes further.
  public Mem plus(int bytes) {
    return new Mem(base, index, scale, Math.addExact(displacement, bytes));
  }

  /// The 32-bit number there in every lane.
  public Broadcast broadcast() {
    return new Broadcast(this);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[").append(base);
    if (index != null) {
      text.append('+').append(index).append('*').append(scale);
    }
    if (displacement != 0) {
      text.append(displacement < 0 ? "-0x" : "+0x");
      text.append(Integer.toHexString(Math.abs(displacement)));
    }
    return text.append(']').toString();
  }
}
