package dev.freehold.kernel;

/// [AttentionOps] in plain loops: the definition.
final class ReferenceAttention implements AttentionOps {
  @Override
  public void prepare(int workers) {}

  @Override
  public void attend(AttentionCall call, int group, int from, int to, int worker) {
    AttentionShape shape = call.shape;
    int headsPerGroup = shape.heads() / shape.keyValueHeads();
    for (int t = from; t < to; t++) {
      for (int head = group * headsPerGroup; head < (group + 1) * headsPerGroup; head++) {
        attend(call, group, head, t);
      }
    }
  }

  private static void attend(AttentionCall call, int group, int head, int t) {
    AttentionShape shape = call.shape;
    int valueDim = shape.valueDim();
    int position = call.firstPosition + t;
    int first = shape.firstVisible(position);
    float[] joined = new float[valueDim];
    float joinedMax = 0;
    float joinedSum = 0;
    boolean none = true;
    for (int block = first / KeyValueStore.BLOCK;
        block <= position / KeyValueStore.BLOCK;
        block++) {
      int low = Math.max(first, block * KeyValueStore.BLOCK);
      int high = Math.min(position + 1, (block + 1) * KeyValueStore.BLOCK);
      float[] scores = scores(call, group, head, t, low, high);
      float max = Float.NEGATIVE_INFINITY;
      for (float score : scores) {
        max = Math.max(max, score);
      }
      float[] lanes = new float[32];
      float[] output = new float[valueDim];
      for (int j = low; j < high; j++) {
        float weight = ElementaryMath.exp(scores[j - low] - max);
        lanes[j % 32] += weight;
        for (int e = 0; e < valueDim; e++) {
          output[e] = Math.fma(weight, call.store.value(group, j, e), output[e]);
        }
      }
      float sum = ReferenceRows.joinLanes(lanes);
      if (none) {
        none = false;
        joinedMax = max;
        joinedSum = sum;
        joined = output;
      } else {
        joinedSum = join(joined, joinedMax, joinedSum, output, max, sum);
        joinedMax = Math.max(joinedMax, max);
      }
    }
    if (call.sinks.length != 0) {
      joinedSum = join(joined, joinedMax, joinedSum, new float[valueDim], call.sinks[head], 1);
    }
    float inverse = 1 / joinedSum;
    int at = call.outputs.at(call.firstRow + t) + head * valueDim;
    for (int e = 0; e < valueDim; e++) {
      call.outputs.data()[at + e] = joined[e] * inverse;
    }
  }

  /// Joins a block to what came before it, in place; returns the joined sum.
  private static float join(
      float[] joined, float joinedMax, float joinedSum, float[] output, float max, float sum) {
    float newMax = Math.max(joinedMax, max);
    float a = ElementaryMath.exp(joinedMax - newMax);
    float c = ElementaryMath.exp(max - newMax);
    for (int e = 0; e < joined.length; e++) {
      joined[e] = Math.fma(output[e], c, joined[e] * a);
    }
    return Math.fma(sum, c, joinedSum * a);
  }

  private static float[] scores(AttentionCall call, int group, int head, int t, int low, int high) {
    AttentionShape shape = call.shape;
    float[] scores = new float[high - low];
    int at = call.queries.at(call.firstRow + t) + head * shape.keyDim();
    for (int j = low; j < high; j++) {
      float chain = 0;
      for (int e = 0; e < shape.keyDim(); e++) {
        chain = Math.fma(call.queries.data()[at + e], call.store.key(group, j, e), chain);
      }
      float score = chain * shape.scale();
      scores[j - low] =
          shape.softcap() == 0
              ? score
              : shape.softcap() * ElementaryMath.tanh(score / shape.softcap());
    }
    return scores;
  }
}
