package dev.freehold.tensor;

import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/// Many strings in one array of bytes, each decoded when it is asked for: a vocabulary's merges
/// would take seven times their bytes as objects.
public final class PackedStrings extends AbstractList<String> implements RandomAccess {
  private final byte[] bytes;
  private final int[] ends;

  private PackedStrings(byte[] bytes, int[] ends) {
    this.bytes = bytes;
    this.ends = ends;
  }

  /// The same strings, packed; half a surrogate pair becomes a question mark.
  public static PackedStrings of(List<String> strings) {
    if (strings instanceof PackedStrings packed) {
      return packed;
    }
    Builder packed = new Builder(strings.size());
    for (String string : strings) {
      byte[] utf8 = string.getBytes(StandardCharsets.UTF_8);
      packed.add(utf8, 0, utf8.length);
    }
    return packed.build();
  }

  /// Strings as they are read, all of them valid UTF-8.
  static final class Builder {
    private final int[] ends;
    private byte[] bytes = new byte[1 << 10];
    private int count;
    private int length;

    Builder(int count) {
      ends = new int[count];
    }

    /// @throws ArithmeticException where there are more bytes than an array has
    void add(byte[] from, int start, int size) {
      int end = Math.addExact(length, size);
      if (end > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(end, (int) Math.min(2L * length, 1 << 30)));
      }
      System.arraycopy(from, start, bytes, length, size);
      length = end;
      ends[count++] = end;
    }

    PackedStrings build() {
      return new PackedStrings(Arrays.copyOf(bytes, length), ends);
    }
  }

  /// The strings' bytes, one after the other, valid UTF-8; not to be changed.
  public byte[] bytes() {
    return bytes;
  }

  /// Where each string ends in the bytes, and the next one begins; not to be changed.
  public int[] ends() {
    return ends;
  }

  @Override
  public String get(int index) {
    Objects.checkIndex(index, ends.length);
    int from = index == 0 ? 0 : ends[index - 1];
    return new String(bytes, from, ends[index] - from, StandardCharsets.UTF_8);
  }

  @Override
  public int size() {
    return ends.length;
  }
}
