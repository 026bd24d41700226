package dev.freehold.train.data;

import dev.freehold.train.TrainException;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.step.Batch;
import dev.freehold.train.step.Batches;
import java.util.List;
import java.util.OptionalLong;

/// Batches made of sequences: step s takes those from `(s - 1) * perStep` on, and begins again
/// after the last one.
///
/// @param shape of a step
record SequenceBatches(Sequences training, Sequences heldOut, Recipe.Shape shape)
    implements Batches {
  @Override
  public Batch batch(long step, int part) {
    return take(training, ((step - 1) * shape.accumulate() + part) * shape.sequences());
  }

  @Override
  public OptionalLong firstStep(List<Long> documents) {
    long perStep = (long) shape.sequences() * shape.accumulate();
    return documents.stream()
        .map(training::place)
        .mapToLong(place -> place.target() / shape.length())
        .filter(sequence -> sequence < training.count())
        .map(sequence -> sequence / perStep + 1)
        .min();
  }

  @Override
  public Batches without(List<Long> documents, int padding) {
    List<Sequences.Place> places = documents.stream().map(training::place).toList();
    Sequences erased = new ErasedSequences(training, places, shape.length(), padding);
    return new SequenceBatches(erased, heldOut, shape);
  }

  @Override
  public Batch heldOut(int index) {
    if (index < 0 || index >= heldOutBatches()) {
      throw new TrainException(
          "held-out batch %d: there are %d".formatted(index, heldOutBatches()));
    }
    return take(heldOut, (long) index * shape.sequences());
  }

  @Override
  public int heldOutBatches() {
    return (int) Math.min(Integer.MAX_VALUE, heldOut.count() / shape.sequences());
  }

  private Batch take(Sequences from, long first) {
    int[] tokens = new int[shape.sequences() * shape.length()];
    int[] targets = new int[tokens.length];
    for (int i = 0; i < shape.sequences(); i++) {
      from.copy((first + i) % from.count(), tokens, targets, i * shape.length());
    }
    return new Batch(shape.sequences(), shape.length(), tokens, targets);
  }
}
