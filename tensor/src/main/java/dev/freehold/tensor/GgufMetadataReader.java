package dev.freehold.tensor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the key-value pairs of a GGUF header, of every type, in the order of the file.
///
/// Failures: empty, repeated or overlong keys, keys with control characters, unknown types, arrays
/// of arrays, values that do not fit the file or the limits, a `general.alignment` that is no power
/// of two.
final class GgufMetadataReader {
  private static final int MAX_KEY_BYTES = 65_535;
  private static final int MAX_STRING_BYTES = 16 << 20;
  private static final int MAX_ALL_ELEMENTS = 1 << 22;
  private static final long MAX_ALL_STRING_BYTES = 48 << 20;
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final int MIN_ALIGNMENT = 8;
  private static final int MAX_ALIGNMENT = 1 << 16;
  private static final String ALIGNMENT_KEY = "general.alignment";

  private final ByteCursor cursor;
  private int alignment = DEFAULT_ALIGNMENT;
  private long elementsRead;
  private long stringBytesRead;

  GgufMetadataReader(ByteCursor cursor) {
    this.cursor = cursor;
  }

  /// The alignment of the data section, once the pairs are read.
  int alignment() {
    return alignment;
  }

  Map<String, Object> read(int count) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      cursor.field("metadata key " + i);
      String key = cursor.string(MAX_KEY_BYTES);
      if (key.isEmpty()) {
        throw cursor.fail("the key is empty");
      }
      if (key.chars().anyMatch(Character::isISOControl)) {
        throw cursor.fail("\"%s\" holds a control character".formatted(Printable.text(key)));
      }
      if (values.containsKey(key)) {
        throw cursor.fail("\"%s\" occurs twice".formatted(Printable.text(key)));
      }
      values.put(key, readPair(Printable.text(key), key));
    }
    return values;
  }

  private Object readPair(String shown, String key) {
    cursor.field("metadata " + shown + " type");
    GgufType type = type(cursor.i32());
    if (key.equals(ALIGNMENT_KEY)) {
      alignment = readAlignment(type);
      return (long) alignment;
    }
    cursor.field("metadata " + shown);
    return type == GgufType.ARRAY ? readArray(shown) : readValue(type);
  }

  private GgufType type(int id) {
    return GgufType.byId(id)
        .orElseThrow(() ->
            cursor.fail(
                "unknown type id %s, expected 0 to 12".formatted(Integer.toUnsignedString(id))));
  }

  private int readAlignment(GgufType type) {
    if (type != GgufType.U32) {
      throw cursor.fail("expected type u32, found %s".formatted(type.label()));
    }
    cursor.field("metadata " + ALIGNMENT_KEY);
    long value = cursor.u32();
    if (value < MIN_ALIGNMENT || value > MAX_ALIGNMENT || Long.bitCount(value) != 1) {
      throw cursor.fail(
          "expected a power of two from %d to %d, found %d"
              .formatted(MIN_ALIGNMENT, MAX_ALIGNMENT, value));
    }
    return (int) value;
  }

  private Object readValue(GgufType type) {
    return switch (type) {
      case U8, I8, U16, I16, U32, I32, U64, I64 -> readInteger(type);
      case BOOL -> readBool();
      case F32, F64 -> readReal(type);
      case STRING -> readString();
      case ARRAY -> throw cursor.fail("arrays of arrays are not supported");
    };
  }

  private String readString() {
    long start = cursor.position();
    String value = cursor.string(MAX_STRING_BYTES);
    countBytes(start);
    return value;
  }

  private void countBytes(long start) {
    stringBytesRead += cursor.position() - start;
    if (stringBytesRead > MAX_ALL_STRING_BYTES) {
      throw cursor.fail(
          "with this the file's strings have more than %d bytes, the limit"
              .formatted(MAX_ALL_STRING_BYTES));
    }
  }

  private long readInteger(GgufType type) {
    return switch (type) {
      case U8 -> cursor.u8();
      case I8 -> (byte) cursor.u8();
      case U16 -> cursor.u16();
      case I16 -> (short) cursor.u16();
      case U32 -> cursor.u32();
      case I32 -> cursor.i32();
      case I64 -> cursor.i64();
      case U64 -> readUnsignedLong();
      case BOOL -> readBool() ? 1 : 0;
      case F32, F64, STRING, ARRAY -> throw new AssertionError(type);
    };
  }

  private long readUnsignedLong() {
    long value = cursor.i64();
    if (value < 0) {
      throw cursor.fail(
          "%s exceeds 2^63-1, the largest integer that is read"
              .formatted(Long.toUnsignedString(value)));
    }
    return value;
  }

  private boolean readBool() {
    int value = cursor.u8();
    if (value > 1) {
      throw cursor.fail("expected 0 or 1 for a boolean, found %d".formatted(value));
    }
    return value == 1;
  }

  private double readReal(GgufType type) {
    return type == GgufType.F32
        ? Float.intBitsToFloat(cursor.i32())
        : Double.longBitsToDouble(cursor.i64());
  }

  private Object readArray(String shown) {
    cursor.field("metadata " + shown + " element type");
    GgufType type = type(cursor.i32());
    if (type == GgufType.ARRAY) {
      throw cursor.fail("arrays of arrays are not supported");
    }
    cursor.field("metadata " + shown + " length");
    int count = readLength(type);
    cursor.field("metadata " + shown);
    return switch (type) {
      case STRING -> readStrings(count);
      case F32, F64 -> {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
          cursor.element(i);
          values[i] = readReal(type);
        }
        yield values;
      }
      case U8, I8, U16, I16, U32, I32, U64, I64, BOOL -> readIntegers(type, count);
      case ARRAY -> throw new AssertionError(type);
    };
  }

  private int readLength(GgufType type) {
    long count = cursor.i64();
    long fits = cursor.remaining() / type.minBytes();
    if (count < 0 || count > fits) {
      throw cursor.fail(
          "%s elements of %s, but the %d bytes that remain of the file hold at most %d"
              .formatted(Long.toUnsignedString(count), type.label(), cursor.remaining(), fits));
    }
    elementsRead += count;
    if (elementsRead > MAX_ALL_ELEMENTS) {
      throw cursor.fail(
          "with these %d the file's arrays have %d elements, more than the limit of %d"
              .formatted(count, elementsRead, MAX_ALL_ELEMENTS));
    }
    return (int) count;
  }

  /// Reads the elements that are buffered at once; the others, and those that are refused, singly.
  private long[] readIntegers(GgufType type, int count) {
    boolean large = type == GgufType.I32 || type == GgufType.U32; // such as the types of tokens
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      if (large) {
        i = cursor.bufferedIntegers(values, i, type == GgufType.I32);
        if (i == count) {
          break;
        }
      }
      cursor.element(i);
      values[i] = readInteger(type);
    }
    return values;
  }

  /// Reads the strings that are buffered at once; the others, and those that are refused, singly.
  private List<String> readStrings(int count) {
    PackedStrings.Builder values = new PackedStrings.Builder(count);
    while (values.count() < count) {
      long start = cursor.position();
      cursor.bufferedStrings(MAX_ALL_STRING_BYTES - stringBytesRead, values);
      countBytes(start);
      if (values.count() < count) {
        cursor.element(values.count());
        start = cursor.position();
        cursor.string(MAX_STRING_BYTES, values);
        countBytes(start);
      }
    }
    return values.build();
  }
}
