package dev.freehold.text;

import java.util.Arrays;

/// A queue of (priority, position) pairs as longs, smallest first: the entries known at the start
/// sorted once, by digits, and a heap with four children a node for those that come later.
///
/// Entries of the start are added in ascending order of their positions, the low 32 bits.
final class SymbolQueue {
  private static final int DIGIT_BITS = 11;
  private static final int DIGITS = 1 << DIGIT_BITS;

  private long[] initial;
  private int initialSize;
  private int taken;
  private long[] heap = new long[16];
  private int size;

  SymbolQueue(int capacity) {
    initial = new long[capacity];
  }

  /// Adds an entry before [#start].
  void addInitial(long entry) {
    initial[initialSize++] = entry;
  }

  /// Ends the adding of initial entries.
  void start() {
    if (initialSize < 2 * DIGITS) {
      Arrays.sort(initial, 0, initialSize);
      return;
    }
    long[] from = initial;
    long[] to = new long[initialSize];
    for (int shift = 32; shift < 64; shift += DIGIT_BITS) {
      if (sortByDigit(from, to, shift)) {
        long[] swap = from;
        from = to;
        to = swap;
      }
    }
    initial = from;
  }

  /// Sorts by one digit, stably; whether there was anything to sort.
  private boolean sortByDigit(long[] from, long[] to, int shift) {
    int[] starts = new int[DIGITS + 1];
    for (int i = 0; i < initialSize; i++) {
      starts[digit(from[i], shift) + 1]++;
    }
    if (starts[digit(from[0], shift) + 1] == initialSize) {
      return false;
    }
    for (int d = 0; d < DIGITS; d++) {
      starts[d + 1] += starts[d];
    }
    for (int i = 0; i < initialSize; i++) {
      to[starts[digit(from[i], shift)]++] = from[i];
    }
    return true;
  }

  private static int digit(long entry, int shift) {
    return (int) ((entry ^ Long.MIN_VALUE) >>> shift) & DIGITS - 1;
  }

  boolean isEmpty() {
    return taken == initialSize && size == 0;
  }

  void add(long entry) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    int i = size++;
    while (i > 0 && heap[(i - 1) >> 2] > entry) {
      heap[i] = heap[(i - 1) >> 2];
      i = (i - 1) >> 2;
    }
    heap[i] = entry;
  }

  long removeFirst() {
    if (size == 0 || (taken < initialSize && initial[taken] < heap[0])) {
      return initial[taken++];
    }
    long first = heap[0];
    long last = heap[--size];
    int i = 0;
    while (4 * i + 1 < size) {
      int child = 4 * i + 1;
      int end = Math.min(child + 4, size);
      for (int other = child + 1; other < end; other++) {
        child = heap[other] < heap[child] ? other : child;
      }
      if (heap[child] >= last) {
        break;
      }
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
    return first;
  }
}
