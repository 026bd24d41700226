package dev.freehold.train.data.zstd;

import java.util.Arrays;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// The bytes of a block that are not copied from before it. Source: RFC 8878, section 3.1.1.3.1.
final class Literals {
  private static final int RAW = 0;
  private static final int REPEATED = 1;
  private static final int COMPRESSED = 2;

  /// The bytes of the last block that was read, of which the first [#size] count.
  final byte[] bytes;

  private int size;
  private @Nullable HuffmanTable table;

  /// @param most bytes of a block
  Literals(int most) {
    bytes = new byte[most];
  }

  int size() {
    return size;
  }

  /// Reads the literals of a block.
  ///
  /// @return where they end
  int read(byte[] data, int start, int end) throws ZipException {
    require(start < end);
    int first = data[start] & 0xff;
    int type = first & 3;
    int format = first >> 2 & 3;
    return type == RAW || type == REPEATED
        ? plain(data, start, end, type, format)
        : compressed(data, start, end, type, format);
  }

  private static void require(boolean holds) throws ZipException {
    if (!holds) {
      throw new ZipException("literals that go beyond their block");
    }
  }

  private static long little(byte[] data, int at, int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (data[at + i] & 0xffL) << 8 * i;
    }
    return value;
  }

  private int plain(byte[] data, int start, int end, int type, int format) throws ZipException {
    int header = (format & 1) == 0 ? 1 : format == 1 ? 2 : 3;
    require(header <= end - start);
    long value = little(data, start, header);
    size = (int) (header == 1 ? value >> 3 : value >> 4);
    int stop = start + header + (type == RAW ? size : 1);
    require(size <= bytes.length && stop <= end);
    if (type == RAW) {
      System.arraycopy(data, start + header, bytes, 0, size);
    } else {
      Arrays.fill(bytes, 0, size, data[start + header]);
    }
    return stop;
  }

  private int compressed(byte[] data, int start, int end, int type, int format)
      throws ZipException {
    int sizeBits = format < 2 ? 10 : format == 2 ? 14 : 18;
    int header = format < 2 ? 3 : format == 2 ? 4 : 5;
    require(header <= end - start);
    long value = little(data, start, header) >> 4;
    size = (int) (value & (1L << sizeBits) - 1);
    int packed = (int) (value >> sizeBits);
    int stop = start + header + packed;
    require(size <= bytes.length && stop <= end);
    int at = start + header;
    if (type == COMPRESSED) {
      HuffmanTable.Described described = HuffmanTable.read(data, at, stop);
      table = described.table();
      at = described.end();
    }
    HuffmanTable code = table;
    if (code == null) {
      throw new ZipException("literals by a code that was never given");
    }
    if (format == 0) {
      code.decode(new BackwardBits(data, at, stop), bytes, 0, size);
    } else {
      four(code, data, at, stop);
    }
    return stop;
  }

  /// Four streams of about a quarter each, after the sizes of the first three.
  private void four(HuffmanTable code, byte[] data, int start, int end) throws ZipException {
    require(end - start >= 6);
    int quarter = (size + 3) / 4;
    require(3 * quarter <= size);
    int at = start + 6;
    for (int i = 0; i < 4; i++) {
      int stop = i == 3 ? end : at + (int) little(data, start + 2 * i, 2);
      require(stop <= end);
      int to = i * quarter;
      code.decode(new BackwardBits(data, at, stop), bytes, to, i == 3 ? size : to + quarter);
      at = stop;
    }
  }
}
