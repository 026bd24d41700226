package dev.freehold.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/// Reads a file's little-endian fields in order, each checked against what remains of the file
/// before anything is allocated.
///
/// Reads through a buffer, not a mapping, so that a file that shrinks meanwhile is a
/// [TensorException] as well. Errors name the file, the field last announced with [#field] (and
/// [#element]) and the offset at which it starts.
final class ByteCursor {
  private static final int BUFFER_BYTES = 1 << 17;

  private final Path file;
  private final FileChannel channel;
  private final long size;
  private final byte[] buffer;
  private long bufferStart;
  private int index;
  private int limit;
  private String field = "header";
  private long element = -1;
  private long fieldStart;

  ByteCursor(Path file, FileChannel channel, long size) {
    this.file = file;
    this.channel = channel;
    this.size = size;
    this.buffer = new byte[(int) Math.min(BUFFER_BYTES, Math.max(size, 8))];
  }

  long position() {
    return bufferStart + index;
  }

  long remaining() {
    return size - position();
  }

  /// Announces what is read next, for the messages of errors.
  void field(String name) {
    field = name;
    element = -1;
    fieldStart = position();
  }

  /// Announces element `number` of the field last announced.
  void element(long number) {
    element = number;
    fieldStart = position();
  }

  TensorException fail(String what) {
    String name = element < 0 ? field : field + "[" + element + "]";
    return new TensorException("%s: %s at byte %d: %s".formatted(file, name, fieldStart, what));
  }

  int u8() {
    require(1);
    return buffer[index++] & 0xff;
  }

  int u16() {
    return u8() | u8() << 8;
  }

  int i32() {
    require(4);
    int i = index;
    index = i + 4;
    return (buffer[i] & 0xff)
        | (buffer[i + 1] & 0xff) << 8
        | (buffer[i + 2] & 0xff) << 16
        | buffer[i + 3] << 24;
  }

  long u32() {
    return i32() & 0xffff_ffffL;
  }

  /// A 64-bit field; values of 2^63 and more come out negative.
  long i64() {
    require(8);
    return u32() | (long) i32() << 32;
  }

  /// A count or length of 64 bits that must lie in `[0, max]` for a stated reason.
  long count(long max, String reason) {
    long value = i64();
    if (value < 0 || value > max) {
      throw fail(
          "%s, expected at most %d (%s)".formatted(Long.toUnsignedString(value), max, reason));
    }
    return value;
  }

  /// A string: length of 64 bits, then that many bytes of UTF-8.
  String string(int maxBytes) {
    return utf8(length(maxBytes));
  }

  /// The same, added to others.
  void string(int maxBytes, PackedStrings.Builder to) {
    int length = length(maxBytes);
    if (length <= buffer.length) {
      require(length);
      if (!Utf8.isValid(buffer, index, index + length)) {
        throw malformed(length);
      }
      to.add(buffer, index, length);
      index += length;
      return;
    }
    byte[] bytes = utf8(length).getBytes(StandardCharsets.UTF_8);
    to.add(bytes, 0, bytes.length);
  }

  /// Adds strings to others, those that the buffer holds whole in at most `most` bytes, up to the
  /// first that is not valid: the same as [#string(int, PackedStrings.Builder)] for each of them,
  /// but faster. What follows, if anything does, is to be read by that one, which says what is
  /// wrong.
  void bufferedStrings(long most, PackedStrings.Builder to) {
    index = to.addAll(buffer, index, (int) Math.min(limit, index + most));
  }

  /// Reads 32-bit fields that the buffer holds whole to `to[from]` and on, and returns where the
  /// first stands that is not read.
  int bufferedIntegers(long[] to, int from, boolean signed) {
    byte[] bytes = buffer;
    long mask = signed ? -1 : 0xffff_ffffL;
    int end = from + Math.min(to.length - from, (limit - index) / 4);
    int at = index;
    for (int i = from; i < end; i++) {
      int value =
          (bytes[at] & 0xff)
              | (bytes[at + 1] & 0xff) << 8
              | (bytes[at + 2] & 0xff) << 16
              | bytes[at + 3] << 24;
      to[i] = value & mask;
      at += 4;
    }
    index = at;
    return end;
  }

  private TensorException malformed(int length) {
    return fail("the %d bytes are not valid UTF-8".formatted(length));
  }

  private int length(int maxBytes) {
    long length = i64();
    if (length < 0 || length > remaining()) {
      throw fail(
          "length %s exceeds the %d bytes that remain of the file"
              .formatted(Long.toUnsignedString(length), remaining()));
    }
    if (length > maxBytes) {
      throw fail("length %d exceeds the limit of %d bytes".formatted(length, maxBytes));
    }
    return (int) length;
  }

  private String utf8(int length) {
    byte[] bytes = buffer;
    int from;
    if (length <= buffer.length) {
      require(length);
      from = index;
      index += length;
    } else {
      bytes = readLong(length);
      from = 0;
    }
    String text = new String(bytes, from, length, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') >= 0) { // malformed input, or the character itself
      byte[] again = text.getBytes(StandardCharsets.UTF_8);
      if (!Arrays.equals(again, 0, again.length, bytes, from, from + length)) {
        throw malformed(length);
      }
    }
    return text;
  }

  private byte[] readLong(int length) {
    byte[] bytes = new byte[length];
    int buffered = limit - index;
    System.arraycopy(buffer, index, bytes, 0, buffered);
    read(bytes, buffered, length - buffered, position() + buffered);
    bufferStart = position() + length;
    index = 0;
    limit = 0;
    return bytes;
  }

  /// Makes `bytes` bytes available at `index`.
  private void require(int bytes) {
    if (limit - index >= bytes) {
      return;
    }
    if (bytes > remaining()) {
      throw fail(
          "truncated at byte %d: %d more bytes needed, %d left"
              .formatted(size, bytes, remaining()));
    }
    int kept = limit - index;
    System.arraycopy(buffer, index, buffer, 0, kept);
    bufferStart += index;
    index = 0;
    limit = (int) Math.min(buffer.length, size - bufferStart);
    read(buffer, kept, limit - kept, bufferStart + kept);
  }

  private void read(byte[] target, int from, int length, long offset) {
    try {
      ByteBuffer view = ByteBuffer.wrap(target, from, length);
      while (view.hasRemaining()) {
        int read = channel.read(view, offset + view.position() - from);
        if (read < 0) {
          throw fail("truncated at byte %d while it was read".formatted(channel.size()));
        }
      }
    } catch (IOException e) {
      throw new TensorException("%s: %s cannot be read: %s".formatted(file, field, e), e);
    }
  }
}
