package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// [CacheReader] with the Vector API; a template, see [VectorTemplates].
final class VectorCacheReader implements CacheReader {
  private static final VectorSpecies<Float> F = VectorTemplates.species(MethodHandles.lookup());
  private static final int L = F.length();
  private static final VectorSpecies<Integer> I = F.withLanes(int.class);
  private static final VectorSpecies<Short> S =
      VectorSpecies.of(short.class, VectorShape.forBitSize(Math.max(64, L * 16)));

  /// Four lanes of bytes are less than the smallest vector: bytes are then read one by one.
  private static final boolean BYTES = L >= 8;

  private static final VectorSpecies<Byte> B =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, L * 8)));
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final int BLOCK = KeyValueStore.BLOCK;
  private static final int PANEL = KeyValueStore.PANEL;
  private static final int GROUP = KeyValueStore.GROUP;

  private static FloatVector f16(MemorySegment source, long at) {
    IntVector bits =
        (IntVector)
            ShortVector.fromMemorySegment(S, source, at, ORDER)
                .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0);
    IntVector sign = bits.and(0x8000).lanewise(VectorOperators.LSHL, 16);
    IntVector magnitude = bits.and(0x7fff).lanewise(VectorOperators.LSHL, 13);
    IntVector value = magnitude.reinterpretAsFloats().mul(0x1p112f).reinterpretAsInts();
    value =
        value.blend(magnitude.or(0x7f800000), magnitude.compare(VectorOperators.GE, 0x7c00 << 13));
    return value.or(sign).reinterpretAsFloats();
  }

  private static FloatVector bf16(MemorySegment source, long at) {
    return ((IntVector)
            ShortVector.fromMemorySegment(S, source, at, ORDER)
                .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
        .lanewise(VectorOperators.LSHL, 16)
        .reinterpretAsFloats();
  }

  private static FloatVector int8(MemorySegment source, long at) {
    return (FloatVector)
        ByteVector.fromMemorySegment(B, source, at, ORDER).convertShape(VectorOperators.B2F, F, 0);
  }

  @Override
  public void readKeys(KeyValueStore store, int block, int head, int low, int high, float[] out) {
    MemorySegment keys = store.keyBlock(block);
    long base = head * store.keyHeadBytes();
    int keyDim = store.keyDim();
    switch (store.dtype()) {
      case F32, F16, BF16 -> {
        for (int from = low; from < high; ) {
          int to = Math.min(high, (from / PANEL + 1) * PANEL);
          readPanel(store, keys, base, from, to, out);
          from = to;
        }
      }
      case Q8_0 -> {
        for (int e = 0; e < keyDim; e++) {
          readInt8Keys(keys, base, e, low, high, out);
        }
      }
    }
  }

  /// Slots of one panel of keys, but of Q8_0.
  private static void readPanel(
      KeyValueStore store, MemorySegment keys, long base, int low, int high, float[] out) {
    int keyDim = store.keyDim();
    KvDtype dtype = store.dtype();
    long bytes = dtype == KvDtype.F32 ? 4 : 2;
    long row = base + store.keyIndex(low, 0) * bytes;
    for (int e = 0; e < keyDim; e++) {
      int to = e * BLOCK + low;
      if (dtype == KvDtype.F32) {
        MemorySegment.copy(keys, KeyValueStore.FLOAT, row, out, to, high - low);
      } else if (dtype == KvDtype.F16) {
        for (int slot = 0; slot < high - low; slot += L) {
          f16(keys, row + slot * 2L).intoArray(out, to + slot);
        }
      } else {
        for (int slot = 0; slot < high - low; slot += L) {
          bf16(keys, row + slot * 2L).intoArray(out, to + slot);
        }
      }
      row += PANEL * bytes;
    }
  }

  private static void readInt8Keys(
      MemorySegment keys, long base, int e, int low, int high, float[] out) {
    long group = base + (long) (e / GROUP) * BLOCK * KeyValueStore.VALUE_GROUP_BYTES;
    long row = group + BLOCK * 2L + (long) (e % GROUP) * BLOCK;
    if (BYTES) {
      for (int slot = low; slot < high; slot += L) {
        f16(keys, group + slot * 2L).mul(int8(keys, row + slot)).intoArray(out, e * BLOCK + slot);
      }
    } else {
      for (int slot = low; slot < high; slot++) {
        out[e * BLOCK + slot] =
            Float.float16ToFloat(keys.get(KeyValueStore.SHORT, group + slot * 2L))
                * keys.get(ValueLayout.JAVA_BYTE, row + slot);
      }
    }
  }

  @Override
  public void readValues(
      KeyValueStore store, int block, int head, int low, int high, float[] out, int stride) {
    MemorySegment values = store.valueBlock(block);
    long base = head * store.valueHeadBytes();
    int valueDim = store.valueDim();
    if (store.dtype() == KvDtype.F32) {
      for (int slot = low; slot < high; slot++) {
        MemorySegment.copy(
            values,
            KeyValueStore.FLOAT,
            base + slot * store.valueRowBytes(),
            out,
            slot * stride,
            valueDim);
      }
      return;
    }
    float factor = CacheReader.valueFactor(store.dtype());
    if (valueDim % L != 0 || (store.dtype() == KvDtype.Q8_0 && !BYTES)) {
      for (int slot = low; slot < high; slot++) {
        for (int e = 0; e < valueDim; e++) {
          out[slot * stride + e] = store.value(head, block * BLOCK + slot, e) * factor;
        }
      }
      return;
    }
    for (int slot = low; slot < high; slot++) {
      readValueRow(store, values, base + slot * store.valueRowBytes(), out, slot * stride);
    }
  }

  private static void readValueRow(
      KeyValueStore store, MemorySegment values, long row, float[] out, int at) {
    int valueDim = store.valueDim();
    float factor = CacheReader.valueFactor(store.dtype());
    switch (store.dtype()) {
      case F32 -> MemorySegment.copy(values, KeyValueStore.FLOAT, row, out, at, valueDim);
      case F16 -> {
        for (int e = 0; e < valueDim; e += L) {
          f16(values, row + e * 2L).mul(factor).intoArray(out, at + e);
        }
      }
      case BF16 -> {
        for (int e = 0; e < valueDim; e += L) {
          bf16(values, row + e * 2L).intoArray(out, at + e);
        }
      }
      case Q8_0 -> {
        for (int group = 0; group < valueDim / GROUP; group++) {
          long from = row + (long) group * KeyValueStore.VALUE_GROUP_BYTES;
          float scale = Float.float16ToFloat(values.get(KeyValueStore.SHORT, from)) * factor;
          for (int e = 0; e < GROUP; e += L) {
            int8(values, from + 2 + e).mul(scale).intoArray(out, at + group * GROUP + e);
          }
        }
      }
    }
  }
}
