package dev.freehold.engine;

import dev.freehold.kernel.ElementaryMath;

/// The tokens among which the next one is drawn, from the highest score down; equal scores stand in
/// ascending order of their ids.
///
/// Only as much is sorted as is looked at: the rest stays in a heap. Sums are float64 and run in
/// the order of the candidates, or of the ids where the set is the whole vocabulary. Weights are
/// `exp(score - best)` in float32. Nothing is allocated after construction.
final class Candidates {
  /// Below this share of the vocabulary the best are found by one pass over the scores.
  private static final int BOUNDED_SHARE = 8;

  private final int vocabSize;

  /// The candidates that are not sorted yet, as a heap with the greatest key first.
  private final long[] heap;

  private final long[] sorted;
  private final float[] weights;
  private float[] scores = {};
  private int heapSize;
  private int sortedCount;
  private int size;

  Candidates(int vocabSize) {
    this.vocabSize = vocabSize;
    this.heap = new long[vocabSize];
    this.sorted = new long[vocabSize];
    this.weights = new float[vocabSize];
  }

  int size() {
    return size;
  }

  /// The id of the candidate of rank `i`, from 0.
  int id(int i) {
    return idOf(key(i));
  }

  private float score(int i) {
    return scores[id(i)];
  }

  private long key(int i) {
    while (sortedCount <= i) {
      sorted[sortedCount++] = heap[0];
      heap[0] = heap[--heapSize];
      siftDown(heap, 0, heapSize);
    }
    return sorted[i];
  }

  /// Orders by score, then by descending id; -0 counts as 0.
  private static long keyOf(float score, int id) {
    return (long) ordered(score + 0f) << 32 | ~id & 0xffff_ffffL;
  }

  /// An integer with the order of the float.
  private static int ordered(float value) {
    int bits = Float.floatToRawIntBits(value);
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  /// Becomes the best `k` of all tokens, or all of them where `k` is 0.
  void fill(float[] newScores, int k) {
    scores = newScores;
    sortedCount = 0;
    size = k == 0 ? vocabSize : Math.min(k, vocabSize);
    if (size < vocabSize / BOUNDED_SHARE) {
      fillBest(size);
      return;
    }
    heapSize = vocabSize;
    for (int id = 0; id < vocabSize; id++) {
      heap[id] = keyOf(newScores[id], id);
    }
    heapify(heap, heapSize);
  }

  /// One pass that keeps the best `k` in a heap with the worst of them first, as its complement.
  private void fillBest(int k) {
    for (int id = 0; id < k; id++) {
      heap[id] = ~keyOf(scores[id], id);
    }
    heapify(heap, k);
    float worst = scores[idOf(~heap[0])];
    for (int id = k; id < vocabSize; id++) {
      if (scores[id] > worst) { // an equal score has the higher id, and loses
        heap[0] = ~keyOf(scores[id], id);
        siftDown(heap, 0, k);
        worst = scores[idOf(~heap[0])];
      }
    }
    for (int i = k - 1; i >= 0; i--) {
      sorted[i] = ~heap[0];
      heap[0] = heap[i];
      siftDown(heap, 0, i);
    }
    sortedCount = k;
    heapSize = 0;
  }

  private static int idOf(long key) {
    return ~(int) key;
  }

  /// Keeps the candidates whose surprise is nearest to the entropy until their probabilities sum up
  /// to `mass`; of equally near ones the better comes first. Sorts the whole set.
  void keepTypical(float mass) {
    double total = sortedTotal();
    double logTotal = ElementaryMath.log((float) total);
    float best = score(0);
    double entropy = logTotal;
    for (int i = 0; i < size; i++) {
      entropy -= weights[i] / total * (score(i) - best);
    }
    for (int i = 0; i < size; i++) {
      float distance = (float) Math.abs(logTotal - (score(i) - best) - entropy);
      heap[i] = ~((long) ordered(distance) << 32 | i);
    }
    heapify(heap, size);
    int kept = 0;
    double sum = 0;
    double wanted = mass * total;
    for (int left = size; left > 0 && (kept == 0 || sum < wanted); ) {
      int rank = (int) ~heap[0];
      sum += weights[rank];
      heap[0] = heap[--left];
      siftDown(heap, 0, left);
      weights[rank] = -1; // marks what is kept
      kept++;
    }
    int to = 0;
    for (int i = 0; i < size; i++) {
      if (weights[i] < 0) {
        sorted[to++] = sorted[i];
      }
    }
    keepSorted(kept);
  }

  /// Keeps the best candidates until their probabilities sum up to `mass`; at least one.
  void keepTop(float mass) {
    double wanted = mass * total(1);
    float best = score(0);
    double sum = 0;
    int kept = 0;
    while (kept < size && (kept == 0 || sum < wanted)) {
      sum += ElementaryMath.exp(score(kept) - best);
      kept++;
    }
    keepSorted(kept);
  }

  /// Keeps the candidates with at least `share` of the best one's probability.
  void keepLikely(float share) {
    float least = score(0) + ElementaryMath.log(share);
    int kept = 1;
    while (kept < size && score(kept) >= least) {
      kept++;
    }
    keepSorted(kept);
  }

  private void keepSorted(int count) {
    size = count;
    sortedCount = count;
    heapSize = 0;
  }

  /// Draws by the probabilities at a temperature.
  ///
  /// @param uniform a number of `[0, 1)`
  int draw(float temperature, double uniform) {
    double wanted = uniform * total(temperature);
    float best = score(0);
    double sum = 0;
    int drawn = 0;
    for (int i = 0; i < size; i++) {
      float weight = ElementaryMath.exp((score(i) - best) / temperature);
      if (weight == 0) {
        break; // from here on nothing can be drawn
      }
      drawn = i;
      sum += weight;
      if (sum > wanted) {
        break;
      }
    }
    return id(drawn);
  }

  private double total(float temperature) {
    float best = score(0);
    double total = 0;
    if (size == vocabSize) {
      for (int id = 0; id < vocabSize; id++) {
        total += ElementaryMath.exp((scores[id] - best) / temperature);
      }
    } else {
      for (int i = 0; i < size; i++) {
        total += ElementaryMath.exp((score(i) - best) / temperature);
      }
    }
    return total;
  }

  /// Sorts the whole set and leaves the weights by rank.
  private double sortedTotal() {
    float best = score(0);
    double total = 0;
    for (int i = 0; i < size; i++) {
      weights[i] = ElementaryMath.exp(score(i) - best);
      total += weights[i];
    }
    return total;
  }

  private static void heapify(long[] heap, int size) {
    for (int i = size / 2 - 1; i >= 0; i--) {
      siftDown(heap, i, size);
    }
  }

  private static void siftDown(long[] heap, int from, int size) {
    if (from >= size) {
      return;
    }
    long moved = heap[from];
    int at = from;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && heap[child + 1] > heap[child]) {
        child++;
      }
      if (heap[child] <= moved) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = moved;
  }
}
