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
    private static final int LENGTH_BYTES = 8;
    private static final int FIRST_BYTES = 1 << 20;

    private final int[] ends;
    private byte[] bytes;
    private int count;
    private int length;

    Builder(int count) {
      ends = new int[count];
      bytes = new byte[(int) Math.min(8L * count, FIRST_BYTES)];
    }

    /// How many strings have been added.
    int count() {
      return count;
    }

    /// @throws ArithmeticException where there are more bytes than an array has
    void add(byte[] from, int start, int size) {
      reserve(size);
      System.arraycopy(from, start, bytes, length, size);
      length += size;
      ends[count++] = length;
    }

    private void reserve(int size) {
      int end = Math.addExact(length, size);
      if (end > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(end, (int) Math.min(2L * length, 1 << 30)));
      }
    }

    /// Adds strings as a file holds them, each a length of 64 bits and its bytes, up to the first
    /// that is not whole before `stop` or not UTF-8, and returns where that one starts. A process
    /// that starts reads hundreds of thousands of them before this is compiled well: one loop
    /// checks and copies, and calls nothing for what has no characters of three bytes and more.
    ///
    /// @throws ArithmeticException where there are more bytes than an array has
    int addAll(byte[] from, int start, int stop) {
      reserve(stop - start);
      byte[] target = bytes;
      int at = start;
      int to = length;
      while (count < ends.length && stop - at >= LENGTH_BYTES) {
        if ((from[at + 3] | from[at + 4] | from[at + 5] | from[at + 6] | from[at + 7]) != 0) {
          break;
        }
        int size = from[at] & 0xff | (from[at + 1] & 0xff) << 8 | (from[at + 2] & 0xff) << 16;
        int next = at + LENGTH_BYTES;
        if (size > stop - next) {
          break;
        }
        int end = next + size;
        while (next < end) {
          byte b = from[next];
          if (b < 0) {
            // as signed bytes: leads of two bytes are C2 to DF, what continues them 80 to BF
            if (b < (byte) 0xc2
                || b > (byte) 0xdf
                || next + 1 == end
                || from[next + 1] > (byte) 0xbf) {
              break;
            }
            target[to++] = b;
            b = from[++next];
          }
          target[to++] = b;
          next++;
        }
        if (next < end) {
          if (!Utf8.isValid(from, next, end)) {
            break;
          }
          System.arraycopy(from, next, target, to, end - next);
          to += end - next;
        }
        ends[count++] = to;
        length = to;
        at = end;
      }
      return at;
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
