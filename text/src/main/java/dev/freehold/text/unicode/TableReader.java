package dev.freehold.text.unicode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads the numbers of `unicode.bin`; the layout is that of its writer, `UnicodeTableWriter`.
final class TableReader {
  private final byte[] bytes;
  private int at;

  private TableReader(byte[] bytes) {
    this.bytes = bytes;
  }

  static TableReader open() {
    try (InputStream stream = TableReader.class.getResourceAsStream("unicode.bin")) {
      if (stream == null) {
        throw new IllegalStateException("unicode.bin is missing from the module");
      }
      return new TableReader(stream.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int number() {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = bytes[at++];
      value |= (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  String text(int length) {
    at += length;
    return new String(bytes, at - length, length, StandardCharsets.US_ASCII);
  }

  /// One value per code point.
  byte[] runs() {
    return runs(new IntList());
  }

  /// One value per code point; appends where the values change.
  byte[] runs(IntList starts) {
    byte[] values = new byte[Unicode.CODE_POINTS];
    for (int cp = 0; cp < values.length; ) {
      int length = number();
      int value = number();
      starts.add(cp);
      if (value != 0) {
        Arrays.fill(values, cp, cp + length, (byte) value);
      }
      cp += length;
    }
    return values;
  }

  /// Code points mapped to sequences.
  CodePointMap mapping() {
    IntList keys = new IntList();
    IntList starts = new IntList();
    IntList points = new IntList();
    for (int cp = 0; ; ) {
      cp += number();
      int count = number();
      if (count == 0) {
        break;
      }
      keys.add(cp);
      starts.add(points.size());
      for (int i = 0; i < count; i++) {
        points.add(number());
      }
    }
    starts.add(points.size());
    return new CodePointMap(keys.toArray(), starts.toArray(), points.toArray());
  }
}
