package dev.freehold.cli.speed;

/// What a run of a test cannot do without.
///
/// @param bytes read from memory: weights and the state of sequences
/// @param int8Operations multiplications and additions of weights with int8 activations
/// @param floatOperations the same with float32 activations
public record Work(double bytes, double int8Operations, double floatOperations) {
  public Work times(double count) {
    return new Work(bytes * count, int8Operations * count, floatOperations * count);
  }

  public Work plus(Work other) {
    return new Work(
        bytes + other.bytes,
        int8Operations + other.int8Operations,
        floatOperations + other.floatOperations);
  }
}
