package dev.freehold.model;

import dev.freehold.kernel.KeyValueStore;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// The state of a sequence as bytes.
///
/// Layout, little-endian: `FHSQ`, int version 2, 32 bytes key (SHA-256 of what the state depends
/// on: model, arithmetic, cache type), int positions, int CRC-32C of the state, long bytes of the
/// state; then per layer its key-value blocks, or the convolution's and the memory's float32.
///
/// Failures: a [ModelException] that names the field and its offset; sizes are checked before
/// anything is read.
final class SequenceState {
  static final int HEADER_BYTES = 56;

  private static final int MAGIC = 0x51534846;
  private static final int VERSION = 2;
  private static final int KEY_AT = 8;
  private static final int LENGTH_AT = 40;
  private static final int CHECKSUM_AT = 44;
  private static final int SIZE_AT = 48;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private SequenceState() {}

  static long byteSize(LayerState[] states) {
    long bytes = 0;
    for (LayerState state : states) {
      bytes +=
          switch (state) {
            case LayerState.None none -> 0;
            case LayerState.KeyValues keyValues -> keyValues.store().byteSize();
            case LayerState.Recurrent recurrent -> recurrentBytes(recurrent);
          };
    }
    return bytes;
  }

  /// Bytes of the state at a given length.
  static long byteSize(LayerState[] states, int length) {
    long bytes = 0;
    for (LayerState state : states) {
      bytes +=
          switch (state) {
            case LayerState.None none -> 0;
            case LayerState.KeyValues keyValues -> bytesAt(keyValues.store(), length);
            case LayerState.Recurrent recurrent -> recurrentBytes(recurrent);
          };
    }
    return bytes;
  }

  private static long recurrentBytes(LayerState.Recurrent recurrent) {
    return 4L * recurrent.convolution().length + 4L * recurrent.memory().length;
  }

  private static long bytesAt(KeyValueStore store, int length) {
    long blocks = ((long) length + KeyValueStore.BLOCK - 1) / KeyValueStore.BLOCK;
    return blocks
        * KeyValueStore.BLOCK
        * KeyValueStore.bytesPerPosition(
            store.dtype(), store.heads(), store.keyDim(), store.valueDim());
  }

  static void write(LayerState[] states, MemorySegment target, long offset) {
    long at = offset;
    for (LayerState state : states) {
      switch (state) {
        case LayerState.None none -> {}
        case LayerState.KeyValues keyValues -> {
          keyValues.store().save(target, at);
          at += keyValues.store().byteSize();
        }
        case LayerState.Recurrent recurrent -> {
          at = write(recurrent.convolution(), target, at);
          at = write(recurrent.memory(), target, at);
        }
      }
    }
  }

  private static long write(float[] values, MemorySegment target, long at) {
    MemorySegment.copy(values, 0, target, FLOAT, at, values.length);
    return at + 4L * values.length;
  }

  /// Fills the states of an empty sequence with those of `length` positions.
  static void read(LayerState[] states, MemorySegment source, long offset, int length) {
    long at = offset;
    for (LayerState state : states) {
      switch (state) {
        case LayerState.None none -> {}
        case LayerState.KeyValues keyValues -> {
          keyValues.store().load(source, at, length);
          at += bytesAt(keyValues.store(), length);
        }
        case LayerState.Recurrent recurrent -> {
          at = read(recurrent.convolution(), source, at);
          at = read(recurrent.memory(), source, at);
        }
      }
    }
  }

  private static long read(float[] values, MemorySegment source, long at) {
    MemorySegment.copy(source, FLOAT, at, values, 0, values.length);
    return at + 4L * values.length;
  }

  static void save(byte[] key, int length, LayerState[] states, MemorySegment target) {
    long bytes = byteSize(states);
    write(states, target, HEADER_BYTES);
    target.set(INT, 0, MAGIC);
    target.set(INT, 4, VERSION);
    MemorySegment.copy(key, 0, target, ValueLayout.JAVA_BYTE, KEY_AT, key.length);
    target.set(INT, LENGTH_AT, length);
    target.set(INT, CHECKSUM_AT, checksum(target, bytes));
    target.set(LONG, SIZE_AT, bytes);
  }

  private static int checksum(MemorySegment saved, long bytes) {
    CRC32C checksum = new CRC32C();
    byte[] buffer = new byte[1 << 16];
    for (long at = 0; at < bytes; at += buffer.length) {
      int count = (int) Math.min(buffer.length, bytes - at);
      MemorySegment.copy(saved, ValueLayout.JAVA_BYTE, HEADER_BYTES + at, buffer, 0, count);
      checksum.update(ByteBuffer.wrap(buffer, 0, count));
    }
    return (int) checksum.getValue();
  }

  /// Positions of a saved state, after all checks of its header.
  static int checkedLength(MemorySegment saved, byte[] key) {
    if (saved.byteSize() < HEADER_BYTES) {
      throw new ModelException(
          "saved sequence: expected a header of %d bytes, found %d in all"
              .formatted(HEADER_BYTES, saved.byteSize()));
    }
    if (saved.get(INT, 0) != MAGIC) {
      throw new ModelException("saved sequence: offset 0: expected FHSQ; this is another file");
    }
    if (saved.get(INT, 4) != VERSION) {
      throw new ModelException(
          "saved sequence: offset 4: expected version %d, found %d"
              .formatted(VERSION, saved.get(INT, 4)));
    }
    byte[] found = saved.asSlice(KEY_AT, key.length).toArray(ValueLayout.JAVA_BYTE);
    if (!Arrays.equals(found, key)) {
      throw new ModelException(
          "saved sequence: offset %d: saved from another model, cache type or arithmetic"
              .formatted(KEY_AT));
    }
    int length = saved.get(INT, LENGTH_AT);
    if (length < 0) {
      throw new ModelException(
          "saved sequence: offset %d: %d positions".formatted(LENGTH_AT, length));
    }
    return length;
  }

  /// Checks size and checksum, then fills the states of an empty sequence.
  static void restore(MemorySegment saved, LayerState[] states, int length) {
    long expected = byteSize(states, length);
    long stated = saved.get(LONG, SIZE_AT);
    if (stated != expected || saved.byteSize() < HEADER_BYTES + expected) {
      throw new ModelException(
          "saved sequence: offset %d: %d positions need %d bytes, found %d stated, %d present"
              .formatted(SIZE_AT, length, expected, stated, saved.byteSize() - HEADER_BYTES));
    }
    int checksum = checksum(saved, expected);
    if (checksum != saved.get(INT, CHECKSUM_AT)) {
      throw new ModelException(
          "saved sequence: offset %d: the checksum does not match; the bytes are damaged"
              .formatted(CHECKSUM_AT));
    }
    read(states, saved, HEADER_BYTES, length);
  }
}
