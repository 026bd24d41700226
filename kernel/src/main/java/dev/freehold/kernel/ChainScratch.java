package dev.freehold.kernel;

import dev.freehold.kernel.x86.FloatChains;
import dev.freehold.kernel.x86.FloatCopy;
import dev.freehold.kernel.x86.FloatTranspose;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// One worker's memory for [MachineProducts]: packed panels, sums, and the fields of calls.
final class ChainScratch {
  private static final long ALIGNMENT = 64;

  final NativeFloats left = new NativeFloats();
  final NativeFloats right = new NativeFloats();
  final NativeFloats sums = new NativeFloats();

  private final MemorySegment chains;
  private final MemorySegment copy;
  private final MemorySegment transpose;
  private final MemorySegment targets;

  ChainScratch() {
    Arena arena = Arena.ofAuto();
    chains = arena.allocate(FloatChains.FIELDS_BYTES, ALIGNMENT);
    copy = arena.allocate(FloatCopy.FIELDS_BYTES, ALIGNMENT);
    transpose = arena.allocate(FloatTranspose.FIELDS_BYTES, ALIGNMENT);
    targets = arena.allocate((long) Long.BYTES * FloatTranspose.LANES, ALIGNMENT);
    set(FloatTranspose.Field.TARGETS, targets.address());
  }

  long bytes() {
    return left.bytes() + right.bytes() + sums.bytes();
  }

  void set(FloatChains.Field field, long value) {
    chains.set(ValueLayout.JAVA_LONG, field.bytes(), value);
  }

  void set(FloatCopy.Field field, long value) {
    copy.set(ValueLayout.JAVA_LONG, field.bytes(), value);
  }

  void set(FloatTranspose.Field field, long value) {
    transpose.set(ValueLayout.JAVA_LONG, field.bytes(), value);
  }

  /// Where column `c` of 16 goes, in bytes.
  void setTarget(int c, long bytes) {
    targets.setAtIndex(ValueLayout.JAVA_LONG, c, bytes);
  }

  long chainFields() {
    return chains.address();
  }

  long copyFields() {
    return copy.address();
  }

  long transposeFields() {
    return transpose.address();
  }
}
