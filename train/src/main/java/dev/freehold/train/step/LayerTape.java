package dev.freehold.train.step;

import dev.freehold.kernel.AttentionBatch;
import dev.freehold.kernel.Rows;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Mixer;
import dev.freehold.model.Normalization;

/// What one layer computed on the way forward and its gradient needs: rows of a batch.
///
/// Where there is nothing to normalize two names stand for the same rows.
final class LayerTape {
  /// What the mixer reads: the stream, normalized.
  final Rows normed;

  /// Queries and keys before they are normalized.
  final Rows rawQueries;

  final Rows rawKeys;

  /// Queries and keys as attention reads them.
  final Rows queries;

  final Rows keys;
  final Rows values;
  final Rows attended;
  final AttentionBatch attention;

  /// The mixer's result, before its norm.
  final Rows mixed;

  /// The stream after the mixer.
  final Rows middle;

  final Rows middleNormed;
  final Rows gate;
  final Rows up;
  final Rows gated;

  /// The feed-forward block's result, before its norm.
  final Rows fed;

  LayerTape(Layer layer, int modelDim, int sequences, int length) {
    int rows = Math.multiplyExact(sequences, length);
    Mixer.Attention mixer = (Mixer.Attention) layer.mixer();
    Mixer.Heads heads = mixer.heads();
    int hidden = ((FeedForward.GatedMlp) layer.feedForward()).hiddenDim();
    int queryDim = heads.queries() * heads.keyDim();
    int keyDim = heads.keyValues() * heads.keyDim();
    boolean headNorms = !(mixer.norms().queryKey() instanceof Normalization.None);
    normed = Rows.allocate(rows, modelDim);
    queries = Rows.allocate(rows, queryDim);
    keys = Rows.allocate(rows, keyDim);
    rawQueries = headNorms ? Rows.allocate(rows, queryDim) : queries;
    rawKeys = headNorms ? Rows.allocate(rows, keyDim) : keys;
    values = Rows.allocate(rows, keyDim);
    attended = Rows.allocate(rows, queryDim);
    attention =
        new AttentionBatch(
            mixer.scores().shape(heads), sequences, length, queries, keys, values, attended);
    mixed = Rows.allocate(rows, modelDim);
    middle = Rows.allocate(rows, modelDim);
    middleNormed = Rows.allocate(rows, modelDim);
    gate = Rows.allocate(rows, hidden);
    up = Rows.allocate(rows, hidden);
    gated = Rows.allocate(rows, hidden);
    fed = Rows.allocate(rows, modelDim);
  }

  /// Bytes of a tape for this many rows.
  static long bytes(Layer layer, int modelDim, long rows) {
    Mixer.Attention mixer = (Mixer.Attention) layer.mixer();
    Mixer.Heads heads = mixer.heads();
    long hidden = ((FeedForward.GatedMlp) layer.feedForward()).hiddenDim();
    long queryDim = (long) heads.queries() * heads.keyDim();
    long keyDim = (long) heads.keyValues() * heads.keyDim();
    boolean headNorms = !(mixer.norms().queryKey() instanceof Normalization.None);
    long perRow = 5L * modelDim + 2 * queryDim + 2 * keyDim + 3 * hidden + 2L * heads.queries();
    return Float.BYTES * rows * (perRow + (headNorms ? queryDim + keyDim : 0));
  }
}
