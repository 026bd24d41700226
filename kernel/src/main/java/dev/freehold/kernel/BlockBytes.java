package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Little-endian fields of a block, and what all formats with an integer form share.
final class BlockBytes {
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private BlockBytes() {}

  static int u8(MemorySegment src, long offset) {
    return src.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
  }

  static int s8(MemorySegment src, long offset) {
    return src.get(ValueLayout.JAVA_BYTE, offset);
  }

  static int u16(MemorySegment src, long offset) {
    return src.get(U16, offset) & 0xffff;
  }

  static int u32(MemorySegment src, long offset) {
    return src.get(U32, offset);
  }

  static long u64(MemorySegment src, long offset) {
    return src.get(U64, offset);
  }

  static float f16(MemorySegment src, long offset) {
    return Float.float16ToFloat(src.get(U16, offset));
  }

  static float f32(MemorySegment src, long offset) {
    return Float.intBitsToFloat(src.get(U32, offset));
  }

  static void put8(MemorySegment dst, long offset, int value) {
    dst.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
  }

  static void put16(MemorySegment dst, long offset, int value) {
    dst.set(U16, offset, (short) value);
  }

  static void put32(MemorySegment dst, long offset, int value) {
    dst.set(U32, offset, value);
  }

  static void checkWholeBlocks(BlockFormat format, float[] dst, int dstOffset, int elements) {
    int blockLength = format.dtype().blockLength();
    if (elements < 0 || elements % blockLength != 0) {
      throw new KernelException(
          elements
              + " elements of "
              + format.dtype()
              + " were asked for; give a multiple of its block length "
              + blockLength);
    }
    if (dstOffset < 0 || dstOffset > dst.length - elements) {
      throw new IndexOutOfBoundsException(
          elements + " values do not fit at " + dstOffset + " of an array of " + dst.length);
    }
  }

  static KernelException noIntegerForm(BlockFormat format) {
    return new KernelException(
        "the integer form of "
            + format.dtype()
            + " was asked for, which has none; multiply its float32 values instead");
  }
}
