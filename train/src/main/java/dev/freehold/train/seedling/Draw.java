package dev.freehold.train.seedling;

import dev.freehold.kernel.Philox;
import dev.freehold.train.TrainException;
import java.util.ArrayList;
import java.util.List;

/// The random choices of one document: a sequence that is a pure function of seed, stream and
/// index.
///
/// Choice number j of document i reads Philox block `i * 2^16 + j` of the stream.
final class Draw {
  private static final int CHOICES_BITS = 16;
  private static final long MAX_INDEX = 1L << (Long.SIZE - 1 - CHOICES_BITS);

  private final long seed;
  private final long stream;
  private final long first;
  private int used;

  /// @param stream one kind of document each
  /// @param index the document within its kind
  Draw(long seed, long stream, long index) {
    if (index < 0 || index >= MAX_INDEX) {
      throw new TrainException(
          "document index: expected 0 to %d, found %d".formatted(MAX_INDEX - 1, index));
    }
    this.seed = seed;
    this.stream = stream;
    this.first = index << CHOICES_BITS;
  }

  /// A whole number of `[0, bound)`.
  int below(int bound) {
    if (used == 1 << CHOICES_BITS) {
      throw new TrainException("a document took more than %d random choices".formatted(used));
    }
    long bits = Philox.bits(seed, stream, first + used++);
    return (int) Math.unsignedMultiplyHigh(bits, bound);
  }

  /// A whole number of `[least, most]`.
  int between(int least, int most) {
    return least + below(most - least + 1);
  }

  /// True with a chance of `percent` in a hundred.
  boolean chance(int percent) {
    return below(100) < percent;
  }

  <T> T pick(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  String pick(String... choices) {
    return choices[below(choices.length)];
  }

  /// `count` different elements in random order.
  <T> List<T> pickSome(List<T> choices, int count) {
    List<T> rest = new ArrayList<>(choices);
    for (int i = 0; i < count; i++) {
      int j = between(i, rest.size() - 1);
      T swapped = rest.get(j);
      rest.set(j, rest.get(i));
      rest.set(i, swapped);
    }
    return List.copyOf(rest.subList(0, count));
  }

  <T> List<T> shuffle(List<T> elements) {
    return pickSome(elements, elements.size());
  }
}
