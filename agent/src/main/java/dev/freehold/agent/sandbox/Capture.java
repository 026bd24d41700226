package dev.freehold.agent.sandbox;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// The beginning and the end of an output that may be longer than there is room for.
final class Capture {
  private final byte[] first;
  private final byte[] last;
  private int firstLength;
  private long after;

  Capture(int bytes) {
    first = new byte[bytes - bytes / 2];
    last = new byte[bytes / 2];
  }

  void add(MemorySegment bytes) {
    int length = (int) bytes.byteSize();
    int fitting = Math.min(length, first.length - firstLength);
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, first, firstLength, fitting);
    firstLength += fitting;
    for (int i = fitting; i < length && last.length > 0; ) {
      int place = (int) ((after + i - fitting) % last.length);
      int part = Math.min(length - i, last.length - place);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, i, last, place, part);
      i += part;
    }
    after += length - fitting;
  }

  long omitted() {
    return Math.max(0, after - last.length);
  }

  String text() {
    String beginning = text(first, 0, firstLength);
    if (omitted() == 0) {
      byte[] whole = new byte[firstLength + (int) after];
      System.arraycopy(first, 0, whole, 0, firstLength);
      System.arraycopy(last, 0, whole, firstLength, (int) after);
      return text(whole, 0, whole.length);
    }
    byte[] end = new byte[last.length];
    int oldest = last.length == 0 ? 0 : (int) (after % last.length);
    System.arraycopy(last, oldest, end, 0, last.length - oldest);
    System.arraycopy(last, 0, end, last.length - oldest, oldest);
    return beginning + "\n[" + omitted() + " bytes left out]\n" + text(end, 0, end.length);
  }

  private static String text(byte[] bytes, int from, int length) {
    return new String(bytes, from, length, StandardCharsets.UTF_8);
  }
}
