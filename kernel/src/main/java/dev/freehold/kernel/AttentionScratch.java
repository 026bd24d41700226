package dev.freehold.kernel;

import java.util.Arrays;

/// Working memory of one worker in vector attention; grows to the largest shape and is kept.
final class AttentionScratch {
  final float[] lanes = new float[32];
  float[] keys = {};
  float[] values = {};
  float[] queries = {};
  float[] scores = {};
  float[] blockOutput = {};
  float[] joined = {};
  float[] max = {};
  float[] sum = {};
  float[] blockMax = {};
  float[] blockSum = {};
  int[] low = {};
  int[] high = {};
  boolean[] empty = {};

  /// Makes room for `rows` rows of queries of `keyDim` and outputs of `valueStride` floats.
  void reserve(int rows, int keyDim, int valueStride) {
    keys = atLeast(keys, keyDim * KeyValueStore.BLOCK);
    values = atLeast(values, valueStride * KeyValueStore.BLOCK);
    queries = atLeast(queries, rows * keyDim);
    scores = atLeast(scores, rows * KeyValueStore.BLOCK);
    blockOutput = atLeast(blockOutput, rows * valueStride);
    joined = atLeast(joined, rows * valueStride);
    if (max.length < rows) {
      max = new float[rows];
      sum = new float[rows];
      blockMax = new float[rows];
      blockSum = new float[rows];
      low = new int[rows];
      high = new int[rows];
      empty = new boolean[rows];
    }
    Arrays.fill(empty, 0, rows, true);
  }

  private static float[] atLeast(float[] array, int length) {
    return array.length >= length ? array : new float[length];
  }

  /// Queries of tokens `from` to `to - 1`, all heads of the group, one row each.
  void gatherQueries(AttentionCall call, int group, int from, int to) {
    int keyDim = call.shape.keyDim();
    int headsPerGroup = call.shape.heads() / call.shape.keyValueHeads();
    int length = headsPerGroup * keyDim;
    for (int t = from; t < to; t++) {
      System.arraycopy(
          call.queries.data(),
          call.queries.at(call.firstRow + t) + group * length,
          queries,
          (t - from) * length,
          length);
    }
  }
}
