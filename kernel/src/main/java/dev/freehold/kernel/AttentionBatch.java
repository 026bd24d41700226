package dev.freehold.kernel;

/// Causal attention over a batch of sequences in training: its inputs, its outputs and what the
/// gradient needs of the softmax.
///
/// Sequence s holds rows `s * length` to `(s + 1) * length - 1` of all four; row t of it stands at
/// position t and sees positions 0 to t of its own sequence.
public final class AttentionBatch {
  final AttentionShape shape;
  final int sequences;
  final int length;
  final Rows queries;
  final Rows keys;
  final Rows values;
  final Rows outputs;

  /// Largest score and sum of exponentials of row r and head h, at `r * heads + h`.
  final float[] maxima;

  final float[] sums;

  /// @param shape heads and sizes; without window and softcap
  /// @param sequences sequences in the batch
  /// @param length tokens of each sequence
  /// @param queries rows of H heads of keyDim
  /// @param keys rows of G heads of keyDim
  /// @param values rows of G heads of valueDim
  /// @param outputs rows of H heads of valueDim
  public AttentionBatch(
      AttentionShape shape,
      int sequences,
      int length,
      Rows queries,
      Rows keys,
      Rows values,
      Rows outputs) {
    if (shape.window() != 0 || shape.softcap() != 0) {
      throw new KernelException(
          "training attention: expected no window and no softcap, found window %d and softcap %s"
              .formatted(shape.window(), shape.softcap()));
    }
    if (sequences < 1 || length < 1) {
      throw new KernelException(
          "training attention: %d sequences of %d tokens".formatted(sequences, length));
    }
    this.shape = shape;
    this.sequences = sequences;
    this.length = length;
    this.queries = queries;
    this.keys = keys;
    this.values = values;
    this.outputs = outputs;
    int rows = Math.multiplyExact(sequences, length);
    queries.check("attention: queries", rows, shape.heads() * shape.keyDim());
    keys.check("attention: keys", rows, shape.keyValueHeads() * shape.keyDim());
    values.check("attention: values", rows, shape.keyValueHeads() * shape.valueDim());
    outputs.check("attention: outputs", rows, shape.heads() * shape.valueDim());
    this.maxima = new float[Math.multiplyExact(rows, shape.heads())];
    this.sums = new float[maxima.length];
  }

  int rows() {
    return sequences * length;
  }

  int headsPerGroup() {
    return shape.heads() / shape.keyValueHeads();
  }
}
