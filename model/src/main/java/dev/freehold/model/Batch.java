package dev.freehold.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Parts of sequences that go through a model in one step; filled anew for each step.
///
/// What a sequence gets does not depend on which others are in the batch. Made by [Model#newBatch].
public final class Batch {
  private final Model model;
  private final int maxTokens;
  private final @Nullable Sequence[] sequences;
  private final int[] ids;
  private final int[] logitRows;
  private final Step step;
  private int wanted;

  Batch(Model model, int maxTokens) {
    this.model = model;
    this.maxTokens = maxTokens;
    this.sequences = new Sequence[maxTokens];
    this.ids = new int[maxTokens];
    this.logitRows = new int[maxTokens];
    this.step = new Step(maxTokens);
  }

  /// Removes all parts.
  public void clear() {
    for (int part = 0; part < step.parts(); part++) {
      sequences[part] = null;
    }
    step.clear();
    wanted = 0;
  }

  /// Tokens that can still be added.
  public int room() {
    return maxTokens - step.tokens();
  }

  /// Tokens of all parts.
  public int tokens() {
    return step.tokens();
  }

  /// Parts that were added.
  public int parts() {
    return step.parts();
  }

  /// Rows of logits that the step writes.
  public int logitRows() {
    return wanted;
  }

  /// Adds a part: `tokens[from]` to `tokens[from + count - 1]` are appended to the sequence.
  ///
  /// @param which of these tokens get logits, in the rows after those of earlier parts
  /// @throws ModelException where the batch has no room, the sequence is already in it, or the
  ///   context or the vocabulary is exceeded
  public void add(Sequence sequence, int[] tokens, int from, int count, LogitsOf which) {
    model.check(sequence, tokens, from, count);
    if (count > room()) {
      throw new ModelException("batch: no room for %d tokens, only %d".formatted(count, room()));
    }
    for (int part = 0; part < step.parts(); part++) {
      if (sequences[part] == sequence) {
        throw new ModelException("batch: a sequence can stand in it only once");
      }
    }
    int first = step.tokens();
    System.arraycopy(tokens, from, ids, first, count);
    sequences[step.parts()] = sequence;
    step.add(sequence.states(), sequence.length(), count);
    int skipped =
        switch (which) {
          case NONE -> count;
          case LAST -> count - 1;
          case ALL -> 0;
        };
    for (int t = skipped; t < count; t++) {
      logitRows[wanted++] = first + t;
    }
  }

  Sequence sequence(int part) {
    return Objects.requireNonNull(sequences[part]);
  }

  int[] ids() {
    return ids;
  }

  int[] chosen() {
    return logitRows;
  }

  Step step() {
    return step;
  }

  boolean belongsTo(Model other) {
    return model == other;
  }
}
