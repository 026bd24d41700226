package dev.freehold.train.data.corpus;

/// Sorts numbers of things by an order of the things, without an object for each; equal ones keep
/// their order.
final class IndexSort {
  private static final int RUN = 16;

  /// Compares two things by their numbers.
  @FunctionalInterface
  interface Order {
    int compare(int a, int b);
  }

  private IndexSort() {}

  /// Numbers 0 to `count - 1` in order.
  static int[] sorted(int count, Order order) {
    int[] from = new int[count];
    for (int i = 0; i < count; i++) {
      from[i] = i;
    }
    for (int start = 0; start < count; start += RUN) {
      insert(from, start, Math.min(count, start + RUN), order);
    }
    int[] to = new int[count];
    for (long width = RUN; width < count; width *= 2) {
      for (long start = 0; start < count; start += 2 * width) {
        int middle = (int) Math.min(count, start + width);
        merge(from, to, (int) start, middle, (int) Math.min(count, start + 2 * width), order);
      }
      int[] swap = from;
      from = to;
      to = swap;
    }
    return from;
  }

  private static void insert(int[] values, int start, int end, Order order) {
    for (int i = start + 1; i < end; i++) {
      int value = values[i];
      int at = i;
      while (at > start && order.compare(values[at - 1], value) > 0) {
        values[at] = values[at - 1];
        at--;
      }
      values[at] = value;
    }
  }

  private static void merge(int[] from, int[] to, int start, int middle, int end, Order order) {
    int left = start;
    int right = middle;
    for (int i = start; i < end; i++) {
      boolean takeLeft =
          left < middle && (right == end || order.compare(from[left], from[right]) <= 0);
      to[i] = takeLeft ? from[left++] : from[right++];
    }
  }
}
