package dev.freehold.kernel;

import java.util.Arrays;

/// [BatchAttention] in plain loops: the definition.
final class ReferenceBatchAttention implements BatchAttention {
  @Override
  public long scratchBytes() {
    return 0;
  }

  private static float dot(float[] a, int aAt, float[] b, int bAt, int n) {
    float chain = 0;
    for (int e = 0; e < n; e++) {
      chain = Math.fma(a[aAt + e], b[bAt + e], chain);
    }
    return chain;
  }

  @Override
  public void attend(AttentionBatch batch, int sequence, int group, int worker) {
    int perGroup = batch.headsPerGroup();
    for (int head = group * perGroup; head < (group + 1) * perGroup; head++) {
      for (int t = 0; t < batch.length; t++) {
        attendRow(batch, sequence * batch.length, t, group, head);
      }
    }
  }

  private static float score(AttentionBatch batch, int row, int column, int group, int head) {
    int n = batch.shape.keyDim();
    int q = batch.queries.at(row) + head * n;
    int k = batch.keys.at(column) + group * n;
    return dot(batch.queries.data(), q, batch.keys.data(), k, n) * batch.shape.scale();
  }

  private static void attendRow(AttentionBatch batch, int first, int t, int group, int head) {
    int n = batch.shape.valueDim();
    int at = batch.outputs.at(first + t) + head * n;
    float[] y = batch.outputs.data();
    float joinedMax = 0;
    float joinedSum = 0;
    for (int low = 0; low <= t; low += KeyValueStore.BLOCK) {
      int high = Math.min(t + 1, low + KeyValueStore.BLOCK);
      float max = Float.NEGATIVE_INFINITY;
      for (int j = low; j < high; j++) {
        max = Math.max(max, score(batch, first + t, first + j, group, head));
      }
      float[] lanes = new float[32];
      float[] output = new float[n];
      for (int j = low; j < high; j++) {
        float weight = ElementaryMath.exp(score(batch, first + t, first + j, group, head) - max);
        lanes[j % 32] += weight;
        int v = batch.values.at(first + j) + group * n;
        for (int e = 0; e < n; e++) {
          output[e] = Math.fma(weight, batch.values.data()[v + e], output[e]);
        }
      }
      float sum = ReferenceRows.joinLanes(lanes);
      float newMax = low == 0 ? max : Math.max(joinedMax, max);
      float a = ElementaryMath.exp(joinedMax - newMax);
      float c = ElementaryMath.exp(max - newMax);
      for (int e = 0; e < n; e++) {
        y[at + e] = low == 0 ? output[e] : Math.fma(output[e], c, y[at + e] * a);
      }
      joinedSum = low == 0 ? sum : Math.fma(sum, c, joinedSum * a);
      joinedMax = newMax;
    }
    float inverse = 1 / joinedSum;
    for (int e = 0; e < n; e++) {
      y[at + e] *= inverse;
    }
    batch.maxima[(first + t) * batch.shape.heads() + head] = joinedMax;
    batch.sums[(first + t) * batch.shape.heads() + head] = joinedSum;
  }

  @Override
  public void gradient(
      AttentionBatch batch, AttentionGradient gradient, int sequence, int group, int worker) {
    int length = batch.length;
    int perGroup = batch.headsPerGroup();
    float[][] weights = new float[perGroup * length][length];
    float[][] factors = new float[perGroup * length][length];
    for (int head = 0; head < perGroup; head++) {
      for (int i = 0; i < length; i++) {
        int index = head * length + i;
        int row = sequence * length + i;
        pairs(batch, gradient, row, group, group * perGroup + head, weights[index], factors[index]);
        addQuery(batch, gradient, row, group, group * perGroup + head, factors[index]);
      }
    }
    for (int j = 0; j < length; j++) {
      addKey(batch, gradient, sequence * length, j, group, factors);
      addValue(batch, gradient, sequence * length, j, group, weights);
    }
  }

  /// p and c of all pairs of one row and head.
  private static void pairs(
      AttentionBatch batch,
      AttentionGradient gradient,
      int row,
      int group,
      int head,
      float[] weights,
      float[] factors) {
    int n = batch.shape.valueDim();
    int first = row / batch.length * batch.length;
    int stats = row * batch.shape.heads() + head;
    float[] dy = gradient.outputs().data();
    int dyAt = gradient.outputs().at(row) + head * n;
    int yAt = batch.outputs.at(row) + head * n;
    float[] lanes = new float[32];
    for (int e = 0; e < n; e++) {
      lanes[e % 32] = Math.fma(dy[dyAt + e], batch.outputs.data()[yAt + e], lanes[e % 32]);
    }
    float d = ReferenceRows.joinLanes(lanes);
    float inverse = 1 / batch.sums[stats];
    for (int j = 0; j <= row - first; j++) {
      float s = score(batch, row, first + j, group, head);
      float p = ElementaryMath.exp(s - batch.maxima[stats]) * inverse;
      int v = batch.values.at(first + j) + group * n;
      float u = dot(dy, dyAt, batch.values.data(), v, n);
      weights[j] = p;
      factors[j] = p * (u - d) * batch.shape.scale();
    }
  }

  private static void addQuery(
      AttentionBatch batch,
      AttentionGradient gradient,
      int row,
      int group,
      int head,
      float[] factors) {
    int n = batch.shape.keyDim();
    int first = row / batch.length * batch.length;
    int to = gradient.queries().at(row) + head * n;
    for (int e = 0; e < n; e++) {
      float sum = 0;
      for (int low = 0; low <= row - first; low += BLOCK) {
        float chain = 0;
        for (int j = low; j < Math.min(low + BLOCK, row - first + 1); j++) {
          int k = batch.keys.at(first + j) + group * n;
          chain = Math.fma(factors[j], batch.keys.data()[k + e], chain);
        }
        sum += chain;
      }
      gradient.queries().data()[to + e] = sum;
    }
  }

  private static void addKey(
      AttentionBatch batch,
      AttentionGradient gradient,
      int first,
      int j,
      int group,
      float[][] factors) {
    int n = batch.shape.keyDim();
    int to = gradient.keys().at(first + j) + group * n;
    int from = group * batch.headsPerGroup() * n;
    add(batch, batch.queries.from(from).skip(first), n, j, factors, gradient.keys().data(), to);
  }

  private static void addValue(
      AttentionBatch batch,
      AttentionGradient gradient,
      int first,
      int j,
      int group,
      float[][] weights) {
    int n = batch.shape.valueDim();
    int to = gradient.values().at(first + j) + group * n;
    int from = group * batch.headsPerGroup() * n;
    Rows dy = gradient.outputs().from(from).skip(first);
    add(batch, dy, n, j, weights, gradient.values().data(), to);
  }

  /// The sum of `weights[h, i][j] * x[i, h]` over heads and rows from j on.
  private static void add(
      AttentionBatch batch, Rows x, int n, int j, float[][] weights, float[] sums, int to) {
    Arrays.fill(sums, to, to + n, 0);
    for (int head = 0; head < batch.headsPerGroup(); head++) {
      for (int low = j / BLOCK * BLOCK; low < batch.length; low += BLOCK) {
        for (int e = 0; e < n; e++) {
          float chain = 0;
          for (int i = Math.max(low, j); i < Math.min(low + BLOCK, batch.length); i++) {
            float weight = weights[head * batch.length + i][j];
            chain = Math.fma(weight, x.data()[x.at(i) + head * n + e], chain);
          }
          sums[to + e] += chain;
        }
      }
    }
  }
}
