package dev.freehold.tensor;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Builds GGUF files field by field, right ones and wrong ones.
final class GgufBytes {
  private final ByteArrayOutputStream pairs = new ByteArrayOutputStream();
  private final ByteArrayOutputStream infos = new ByteArrayOutputStream();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private int version = 3;
  private int alignment = 32;
  private long pairCount;
  private long tensorCount;

  GgufBytes version(int value) {
    version = value;
    return this;
  }

  GgufBytes alignment(int value) {
    alignment = value;
    return this;
  }

  /// Overrides the count that the header states.
  GgufBytes statedTensors(long value) {
    tensorCount = value;
    return this;
  }

  GgufBytes statedPairs(long value) {
    pairCount = value;
    return this;
  }

  /// A pair whose value is given as bytes.
  GgufBytes pair(String key, int type, byte[] value) {
    return pair(string(key), type, value);
  }

  GgufBytes pair(byte[] key, int type, byte[] value) {
    pairs.writeBytes(key);
    pairs.writeBytes(u32(type));
    pairs.writeBytes(value);
    pairCount++;
    return this;
  }

  GgufBytes text(String key, String value) {
    return pair(key, 8, string(value));
  }

  /// A tensor whose data is zeros of `bytes` bytes, padded, at the offset where they lie.
  GgufBytes tensor(String name, int type, int bytes, long... innermostFirst) {
    info(string(name), innermostFirst.length, innermostFirst, type, data.size());
    data.writeBytes(new byte[bytes]);
    data.writeBytes(new byte[Math.floorMod(-data.size(), alignment)]);
    return this;
  }

  /// Only the description of a tensor.
  GgufBytes info(byte[] name, int rank, long[] dimensions, int type, long offset) {
    infos.writeBytes(name);
    infos.writeBytes(u32(rank));
    for (long dimension : dimensions) {
      infos.writeBytes(u64(dimension));
    }
    infos.writeBytes(u32(type));
    infos.writeBytes(u64(offset));
    tensorCount++;
    return this;
  }

  GgufBytes data(byte[] bytes) {
    data.writeBytes(bytes);
    return this;
  }

  byte[] build() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(u32(version));
    out.writeBytes(u64(tensorCount));
    out.writeBytes(u64(pairCount));
    out.writeBytes(pairs.toByteArray());
    out.writeBytes(infos.toByteArray());
    if (infos.size() > 0) {
      out.writeBytes(new byte[Math.floorMod(-out.size(), alignment)]);
      out.writeBytes(data.toByteArray());
    }
    return out.toByteArray();
  }

  static byte[] string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return string(bytes.length, bytes);
  }

  /// A string with a length of its own.
  static byte[] string(long length, byte[] bytes) {
    return join(u64(length), bytes);
  }

  static byte[] array(int type, long count, byte[]... elements) {
    return join(u32(type), u64(count), join(elements));
  }

  static byte[] u16(int value) {
    return new byte[] {(byte) value, (byte) (value >> 8)};
  }

  static byte[] u32(int value) {
    return join(u16(value), u16(value >> 16));
  }

  static byte[] u64(long value) {
    return join(u32((int) value), u32((int) (value >> 32)));
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
