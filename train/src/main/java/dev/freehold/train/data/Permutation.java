package dev.freehold.train.data;

import dev.freehold.kernel.Philox;
import dev.freehold.train.TrainException;

/// A seeded order of `size` things, without a table: which thing comes at a place, and at which
/// place a thing comes.
///
/// A Feistel network of six rounds over the smallest even number of bits that holds `size`, walked
/// until it lands below `size`. Source: Black and Rogaway, "Ciphers with Arbitrary Finite Domains"
/// (2002).
public final class Permutation {
  private static final int ROUNDS = 6;
  private static final long STREAM = 0x5045524dL;

  private final long seed;
  private final long size;
  private final int halfBits;
  private final long mask;

  public Permutation(long seed, long size) {
    if (size < 1 || size > 1L << 60) {
      throw new TrainException("order: expected 1 to 2^60 things, found " + size);
    }
    this.seed = seed;
    this.size = size;
    this.halfBits = Math.max(1, (64 - Long.numberOfLeadingZeros(size - 1) + 1) / 2);
    this.mask = (1L << halfBits) - 1;
  }

  /// How many things there are.
  public long size() {
    return size;
  }

  /// The thing at a place.
  public long at(long place) {
    check(place);
    long value = place;
    do {
      value = forward(value);
    } while (value >= size);
    return value;
  }

  /// The place of a thing.
  public long placeOf(long thing) {
    check(thing);
    long value = thing;
    do {
      value = backward(value);
    } while (value >= size);
    return value;
  }

  private void check(long value) {
    if (value < 0 || value >= size) {
      throw new TrainException("order: expected 0 to %d, found %d".formatted(size - 1, value));
    }
  }

  private long mix(int round, long half) {
    return Philox.bits(seed, STREAM + round, half) & mask;
  }

  private long forward(long value) {
    long left = value >>> halfBits;
    long right = value & mask;
    for (int round = 0; round < ROUNDS; round++) {
      long next = left ^ mix(round, right);
      left = right;
      right = next;
    }
    return left << halfBits | right;
  }

  private long backward(long value) {
    long left = value >>> halfBits;
    long right = value & mask;
    for (int round = ROUNDS - 1; round >= 0; round--) {
      long previous = right ^ mix(round, left);
      right = left;
      left = previous;
    }
    return left << halfBits | right;
  }
}
