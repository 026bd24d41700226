package dev.freehold.train.step;

import dev.freehold.train.TrainException;

/// Sequences that go through the model together: token ids, and for each the id that should follow.
///
/// @param tokens ids of `sequences` times `length` tokens, sequence after sequence
/// @param targets the id that should follow each token; below 0 where it does not count
public record Batch(int sequences, int length, int[] tokens, int[] targets) {
  public Batch {
    if (sequences < 1
        || length < 1
        || tokens.length != sequences * length
        || targets.length != tokens.length) {
      throw new TrainException(
          "batch: %d sequences of %d tokens, found %d tokens and %d targets"
              .formatted(sequences, length, tokens.length, targets.length));
    }
  }

  /// Tokens of the batch.
  public int rows() {
    return sequences * length;
  }

  /// Targets that count.
  public int counted() {
    int counted = 0;
    for (int target : targets) {
      counted += target >= 0 ? 1 : 0;
    }
    return counted;
  }
}
