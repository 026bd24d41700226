package dev.freehold.train.step;

/// The batches of a run, each a pure function of its number.
public interface Batches {
  /// Part `part`, from 0, of the batch of step `step`, from 1.
  Batch batch(long step, int part);

  /// Batch `index`, from 0, of documents that are never trained on.
  Batch heldOut(int index);

  /// How many of those there are.
  int heldOutBatches();
}
