package dev.freehold.kernel.x86;

/// How elements of a key-value cache are stored, and how 16 of them become float32 in a register.
public enum CacheElement {
  F32(4),
  F16(2),
  /// float16, made smaller by 2^32 as it is read: exact, since a float16 has no bit below 2^-24.
  SMALL_F16(2),
  BF16(2);

  /// How much smaller values are read, and how much larger their weights are: the products stay the
  /// same to the bit, and weights below the smallest normal float, which cost some processors a
  /// hundred cycles each, become normal ones.
  public static final float SMALLER = 0x1p-32f;

  private final int bytes;

  CacheElement(int bytes) {
    this.bytes = bytes;
  }

  /// Bytes of an element.
  public int bytes() {
    return bytes;
  }

  /// @param smaller a register that holds [#SMALLER] in every lane
  void load(Assembler a, Vec to, Mem from, Vec smaller) {
    switch (this) {
      case F32 -> a.vmovups(to, from);
      case F16 -> a.vcvtph2ps(to, from);
      case SMALL_F16 -> {
        a.vcvtph2ps(to, from);
        a.vmulps(to, to, smaller);
      }
      case BF16 -> {
        a.vpmovzxwd(to, from);
        a.vpslld(to, to, 16);
      }
    }
  }
}
