package dev.freehold.train.step;

import java.util.List;
import java.util.OptionalLong;

/// The batches of a run, each a pure function of its number.
public interface Batches {
  /// Part `part`, from 0, of the batch of step `step`, from 1.
  Batch batch(long step, int part);

  /// The first step that reads one of these documents; nothing where none does before the data
  /// begins again.
  OptionalLong firstStep(List<Long> documents);

  /// The same batches without these documents: padding that does not count is in their place, and
  /// everything else stays where it was.
  Batches without(List<Long> documents, int padding);

  /// Batch `index`, from 0, of documents that are never trained on.
  Batch heldOut(int index);

  /// How many of those there are.
  int heldOutBatches();
}
