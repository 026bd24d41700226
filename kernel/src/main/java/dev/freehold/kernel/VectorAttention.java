package dev.freehold.kernel;

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [AttentionOps] with the Vector API; a template, see [VectorTemplates].
///
/// All rows of a chunk (a token and a query head each) go through the key-value store block by
/// block: the visible part of a block is widened to float32 once, then scores are computed with
/// positions in lanes, four rows at a time, and outputs with value elements in lanes.
final class VectorAttention implements AttentionOps {
  private static final VectorSpecies<Float> F = VectorTemplates.species(MethodHandles.lookup());
  private static final int L = F.length();
  private static final int BLOCK = KeyValueStore.BLOCK;

  private final CacheReader reader =
      VectorTemplates.load(CacheReader.class, "VectorCacheReader", F.vectorBitSize());
  private AttentionScratch[] scratches = {};

  @Override
  public void prepare(int workers) {
    scratches = new AttentionScratch[workers];
    for (int i = 0; i < workers; i++) {
      scratches[i] = new AttentionScratch();
    }
  }

  @Override
  public void attend(AttentionCall call, int group, int from, int to, int worker) {
    AttentionShape shape = call.shape;
    int headsPerGroup = shape.heads() / shape.keyValueHeads();
    AttentionScratch scratch = scratches[worker];
    scratch.reserve((to - from) * headsPerGroup, shape.keyDim(), shape.valueDim() + L - 1 & -L);
    scratch.gatherQueries(call, group, from, to);
    int firstVisible = shape.firstVisible(call.firstPosition + from);
    int last = call.firstPosition + to - 1;
    for (int block = firstVisible / BLOCK; block <= last / BLOCK; block++) {
      attendBlock(call, scratch, group, from, to, block);
    }
    finish(call, scratch, group, from, to);
  }

  private void attendBlock(
      AttentionCall call, AttentionScratch scratch, int group, int from, int to, int block) {
    AttentionShape shape = call.shape;
    int start = block * BLOCK;
    int low = Math.max(shape.firstVisible(call.firstPosition + from) - start, 0) / L * L;
    int high = Math.min(call.firstPosition + to - start, BLOCK);
    int highLanes = (high + L - 1) / L * L;
    KeyValueStore store = call.store;
    int valueStride = shape.valueDim() + L - 1 & -L;
    reader.readKeys(store, block, group, low, highLanes, scratch.keys);
    reader.readValues(store, block, group, low, high, scratch.values, valueStride);
    int headsPerGroup = shape.heads() / shape.keyValueHeads();
    int rows = (to - from) * headsPerGroup;
    scores(scratch, shape, rows, low, highLanes);
    float factor = 1 / CacheReader.valueFactor(store.dtype());
    for (int row = 0; row < rows; row++) {
      int position = call.firstPosition + from + row / headsPerGroup;
      int rowLow = Math.max(shape.firstVisible(position) - start, 0);
      int rowHigh = Math.min(position + 1 - start, BLOCK);
      scratch.low[row] = rowLow;
      scratch.high[row] = rowHigh;
      if (rowLow < rowHigh) {
        weigh(scratch, row, rowLow, rowHigh, shape.softcap(), factor);
      }
    }
    outputs(scratch, rows, headsPerGroup, valueStride);
    for (int row = 0; row < rows; row++) {
      if (scratch.low[row] < scratch.high[row]) {
        join(scratch, row, valueStride, scratch.blockMax[row], scratch.blockSum[row]);
      }
    }
  }

  /// scores[row][j] = scale * (query[row] . key[j]) for the slots of [low, high).
  private static void scores(
      AttentionScratch scratch, AttentionShape shape, int rows, int low, int high) {
    int row = 0;
    for (; row + 4 <= rows; row += 4) {
      int slot = low;
      for (; slot + 2 * L <= high; slot += 2 * L) {
        scoreFourByTwo(scratch, shape, row, slot);
      }
      for (; slot < high; slot += L) {
        for (int r = row; r < row + 4; r++) {
          scoreOne(scratch, shape, r, slot);
        }
      }
    }
    for (; row < rows; row++) {
      int slot = low;
      for (; slot + 4 * L <= high; slot += 4 * L) {
        scoreOneByFour(scratch, shape, row, slot);
      }
      for (; slot < high; slot += L) {
        scoreOne(scratch, shape, row, slot);
      }
    }
  }

  private static void scoreFourByTwo(
      AttentionScratch scratch, AttentionShape shape, int row, int slot) {
    int keyDim = shape.keyDim();
    float[] keys = scratch.keys;
    float[] queries = scratch.queries;
    int q0 = row * keyDim;
    int q1 = q0 + keyDim;
    int q2 = q1 + keyDim;
    int q3 = q2 + keyDim;
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector c0 = a0;
    FloatVector c1 = a0;
    FloatVector d0 = a0;
    FloatVector d1 = a0;
    for (int e = 0; e < keyDim; e++) {
      FloatVector k0 = FloatVector.fromArray(F, keys, e * BLOCK + slot);
      FloatVector k1 = FloatVector.fromArray(F, keys, e * BLOCK + slot + L);
      FloatVector q = FloatVector.broadcast(F, queries[q0 + e]);
      a0 = q.lanewise(VectorOperators.FMA, k0, a0);
      a1 = q.lanewise(VectorOperators.FMA, k1, a1);
      q = FloatVector.broadcast(F, queries[q1 + e]);
      b0 = q.lanewise(VectorOperators.FMA, k0, b0);
      b1 = q.lanewise(VectorOperators.FMA, k1, b1);
      q = FloatVector.broadcast(F, queries[q2 + e]);
      c0 = q.lanewise(VectorOperators.FMA, k0, c0);
      c1 = q.lanewise(VectorOperators.FMA, k1, c1);
      q = FloatVector.broadcast(F, queries[q3 + e]);
      d0 = q.lanewise(VectorOperators.FMA, k0, d0);
      d1 = q.lanewise(VectorOperators.FMA, k1, d1);
    }
    float scale = shape.scale();
    float[] scores = scratch.scores;
    int at = row * BLOCK + slot;
    a0.mul(scale).intoArray(scores, at);
    a1.mul(scale).intoArray(scores, at + L);
    b0.mul(scale).intoArray(scores, at + BLOCK);
    b1.mul(scale).intoArray(scores, at + BLOCK + L);
    c0.mul(scale).intoArray(scores, at + 2 * BLOCK);
    c1.mul(scale).intoArray(scores, at + 2 * BLOCK + L);
    d0.mul(scale).intoArray(scores, at + 3 * BLOCK);
    d1.mul(scale).intoArray(scores, at + 3 * BLOCK + L);
  }

  private static void scoreOneByFour(
      AttentionScratch scratch, AttentionShape shape, int row, int slot) {
    int keyDim = shape.keyDim();
    float[] keys = scratch.keys;
    FloatVector a = FloatVector.zero(F);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int e = 0; e < keyDim; e++) {
      int at = e * BLOCK + slot;
      FloatVector q = FloatVector.broadcast(F, scratch.queries[row * keyDim + e]);
      a = q.lanewise(VectorOperators.FMA, FloatVector.fromArray(F, keys, at), a);
      b = q.lanewise(VectorOperators.FMA, FloatVector.fromArray(F, keys, at + L), b);
      c = q.lanewise(VectorOperators.FMA, FloatVector.fromArray(F, keys, at + 2 * L), c);
      d = q.lanewise(VectorOperators.FMA, FloatVector.fromArray(F, keys, at + 3 * L), d);
    }
    int at = row * BLOCK + slot;
    a.mul(shape.scale()).intoArray(scratch.scores, at);
    b.mul(shape.scale()).intoArray(scratch.scores, at + L);
    c.mul(shape.scale()).intoArray(scratch.scores, at + 2 * L);
    d.mul(shape.scale()).intoArray(scratch.scores, at + 3 * L);
  }

  private static void scoreOne(AttentionScratch scratch, AttentionShape shape, int row, int slot) {
    int keyDim = shape.keyDim();
    FloatVector chain = FloatVector.zero(F);
    for (int e = 0; e < keyDim; e++) {
      FloatVector q = FloatVector.broadcast(F, scratch.queries[row * keyDim + e]);
      FloatVector k = FloatVector.fromArray(F, scratch.keys, e * BLOCK + slot);
      chain = q.lanewise(VectorOperators.FMA, k, chain);
    }
    chain.mul(shape.scale()).intoArray(scratch.scores, row * BLOCK + slot);
  }

  /// Scores of one row and block become weights times a power of two; keeps their maximum, and the
  /// sum of the weights themselves.
  private static void weigh(
      AttentionScratch scratch, int row, int low, int high, float softcap, float factor) {
    float[] scores = scratch.scores;
    int base = row * BLOCK;
    int first = low / 32 * 32;
    int end = (high + 31) / 32 * 32;
    FloatVector largest = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    for (int slot = low / L * L; slot < high; slot += L) {
      FloatVector s = FloatVector.fromArray(F, scores, base + slot);
      if (softcap != 0) {
        s = ElementaryVectorMath.tanh(s.div(softcap)).mul(softcap);
        s.intoArray(scores, base + slot);
      }
      VectorMask<Float> visible = F.indexInRange(slot, high).and(from(slot, low));
      largest = largest.blend(largest.max(s), visible);
    }
    float max = largest.reduceLanes(VectorOperators.MAX); // a maximum has no order
    exponentials(scores, base + first, base + end, max, factor);
    Arrays.fill(scores, base + first, base + low, 0);
    Arrays.fill(scores, base + high, base + end, 0);
    float[] lanes = scratch.lanes;
    for (int lane = 0; lane < 32; lane += L) {
      FloatVector sum = FloatVector.zero(F);
      for (int slot = first; slot < end; slot += 32) {
        sum = sum.add(FloatVector.fromArray(F, scores, base + slot + lane));
      }
      sum.intoArray(lanes, lane);
    }
    scratch.blockMax[row] = max;
    scratch.blockSum[row] = LaneTree.join(lanes) / factor;
  }

  private static void exponentials(float[] scores, int from, int to, float max, float factor) {
    for (int at = from; at < to; at += L) {
      ElementaryVectorMath.exp(FloatVector.fromArray(F, scores, at).sub(max))
          .mul(factor)
          .intoArray(scores, at);
    }
  }

  /// Lanes of the vector at `slot` that stand at `low` or after it.
  private static VectorMask<Float> from(int slot, int low) {
    return F.indexInRange(0, low - slot).not();
  }

  /// block[row][e] = chain over the visible slots of weight * value.
  private static void outputs(
      AttentionScratch scratch, int rows, int headsPerGroup, int valueStride) {
    int row = 0;
    while (row < rows) {
      int low = scratch.low[row];
      int high = scratch.high[row];
      if (low >= high) {
        row++;
      } else if (row % headsPerGroup + 4 <= headsPerGroup) {
        int e = 0;
        for (; e + 2 * L <= valueStride; e += 2 * L) {
          outputFourByTwo(scratch, row, low, high, e, valueStride);
        }
        for (; e < valueStride; e += L) {
          for (int r = row; r < row + 4; r++) {
            outputOne(scratch, r, low, high, e, valueStride);
          }
        }
        row += 4;
      } else {
        int e = 0;
        for (; e + 4 * L <= valueStride; e += 4 * L) {
          outputOneByFour(scratch, row, low, high, e, valueStride);
        }
        for (; e < valueStride; e += L) {
          outputOne(scratch, row, low, high, e, valueStride);
        }
        row++;
      }
    }
  }

  private static void outputFourByTwo(
      AttentionScratch scratch, int row, int low, int high, int e, int stride) {
    float[] values = scratch.values;
    float[] weights = scratch.scores;
    int w0 = row * BLOCK;
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector c0 = a0;
    FloatVector c1 = a0;
    FloatVector d0 = a0;
    FloatVector d1 = a0;
    for (int j = low; j < high; j++) {
      FloatVector v0 = FloatVector.fromArray(F, values, j * stride + e);
      FloatVector v1 = FloatVector.fromArray(F, values, j * stride + e + L);
      FloatVector w = FloatVector.broadcast(F, weights[w0 + j]);
      a0 = w.lanewise(VectorOperators.FMA, v0, a0);
      a1 = w.lanewise(VectorOperators.FMA, v1, a1);
      w = FloatVector.broadcast(F, weights[w0 + BLOCK + j]);
      b0 = w.lanewise(VectorOperators.FMA, v0, b0);
      b1 = w.lanewise(VectorOperators.FMA, v1, b1);
      w = FloatVector.broadcast(F, weights[w0 + 2 * BLOCK + j]);
      c0 = w.lanewise(VectorOperators.FMA, v0, c0);
      c1 = w.lanewise(VectorOperators.FMA, v1, c1);
      w = FloatVector.broadcast(F, weights[w0 + 3 * BLOCK + j]);
      d0 = w.lanewise(VectorOperators.FMA, v0, d0);
      d1 = w.lanewise(VectorOperators.FMA, v1, d1);
    }
    float[] output = scratch.blockOutput;
    int at = row * stride + e;
    a0.intoArray(output, at);
    a1.intoArray(output, at + L);
    b0.intoArray(output, at + stride);
    b1.intoArray(output, at + stride + L);
    c0.intoArray(output, at + 2 * stride);
    c1.intoArray(output, at + 2 * stride + L);
    d0.intoArray(output, at + 3 * stride);
    d1.intoArray(output, at + 3 * stride + L);
  }

  private static void outputOneByFour(
      AttentionScratch scratch, int row, int low, int high, int e, int stride) {
    float[] values = scratch.values;
    FloatVector a = FloatVector.zero(F);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int j = low; j < high; j++) {
      int at = j * stride + e;
      FloatVector w = FloatVector.broadcast(F, scratch.scores[row * BLOCK + j]);
      a = w.lanewise(VectorOperators.FMA, FloatVector.fromArray(F, values, at), a);
      b = w.lanewise(VectorOperators.FMA, FloatVector.fromArray(F, values, at + L), b);
      c = w.lanewise(VectorOperators.FMA, FloatVector.fromArray(F, values, at + 2 * L), c);
      d = w.lanewise(VectorOperators.FMA, FloatVector.fromArray(F, values, at + 3 * L), d);
    }
    int at = row * stride + e;
    a.intoArray(scratch.blockOutput, at);
    b.intoArray(scratch.blockOutput, at + L);
    c.intoArray(scratch.blockOutput, at + 2 * L);
    d.intoArray(scratch.blockOutput, at + 3 * L);
  }

  private static void outputOne(
      AttentionScratch scratch, int row, int low, int high, int e, int stride) {
    FloatVector chain = FloatVector.zero(F);
    for (int j = low; j < high; j++) {
      FloatVector w = FloatVector.broadcast(F, scratch.scores[row * BLOCK + j]);
      FloatVector v = FloatVector.fromArray(F, scratch.values, j * stride + e);
      chain = w.lanewise(VectorOperators.FMA, v, chain);
    }
    chain.intoArray(scratch.blockOutput, row * stride + e);
  }

  /// Joins the block's output of a row to the blocks before it.
  private static void join(AttentionScratch scratch, int row, int stride, float max, float sum) {
    float[] joined = scratch.joined;
    int at = row * stride;
    if (scratch.empty[row]) {
      scratch.empty[row] = false;
      System.arraycopy(scratch.blockOutput, at, joined, at, stride);
      scratch.max[row] = max;
      scratch.sum[row] = sum;
      return;
    }
    float newMax = Math.max(scratch.max[row], max);
    float a = ElementaryMath.exp(scratch.max[row] - newMax);
    float c = ElementaryMath.exp(max - newMax);
    FloatVector factor = FloatVector.broadcast(F, c);
    for (int e = 0; e < stride; e += L) {
      FloatVector.fromArray(F, scratch.blockOutput, at + e)
          .lanewise(VectorOperators.FMA, factor, FloatVector.fromArray(F, joined, at + e).mul(a))
          .intoArray(joined, at + e);
    }
    scratch.sum[row] = Math.fma(sum, c, scratch.sum[row] * a);
    scratch.max[row] = newMax;
  }

  private static void finish(
      AttentionCall call, AttentionScratch scratch, int group, int from, int to) {
    AttentionShape shape = call.shape;
    int valueDim = shape.valueDim();
    int stride = valueDim + L - 1 & -L;
    int headsPerGroup = shape.heads() / shape.keyValueHeads();
    for (int row = 0; row < (to - from) * headsPerGroup; row++) {
      int head = group * headsPerGroup + row % headsPerGroup;
      if (call.sinks.length != 0) {
        Arrays.fill(scratch.blockOutput, row * stride, (row + 1) * stride, 0);
        join(scratch, row, stride, call.sinks[head], 1);
      }
      float inverse = 1 / scratch.sum[row];
      int at = call.outputs.at(call.firstRow + from + row / headsPerGroup) + head * valueDim;
      for (int e = 0; e < valueDim; e++) {
        call.outputs.data()[at + e] = scratch.joined[row * stride + e] * inverse;
      }
    }
  }
}
