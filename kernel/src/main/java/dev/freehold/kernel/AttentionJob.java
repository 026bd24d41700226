package dev.freehold.kernel;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/// Shares one attention layer between threads: its key-value heads and token ranges, and the
/// positions of a single token; reused, so that nothing is allocated.
final class AttentionJob implements WorkerPool.Job {
  private final AttentionOps attention;
  private final WorkerPool pool;
  private @Nullable AttentionCall call;
  private int chunkTokens;
  private int tokenChunks;
  private int parts;

  /// Parts of each key-value head that are not attended to yet. Who ends the last joins them.
  private AtomicIntegerArray left = new AtomicIntegerArray(0);

  /// Writes keys and values that more than one chunk sees.
  private final WorkerPool.Job writing = this::write;

  private final KeyValueWriter[] writers;

  AttentionJob(AttentionOps attention, WorkerPool pool) {
    this.attention = attention;
    this.pool = pool;
    this.writers = new KeyValueWriter[pool.size()];
    Arrays.setAll(writers, i -> new KeyValueWriter());
  }

  void start(AttentionCall newCall) {
    call = newCall;
    int groups = newCall.shape.keyValueHeads();
    chunkTokens = attention.chunkTokens(newCall.shape);
    tokenChunks = (newCall.tokens + chunkTokens - 1) / chunkTokens;
    parts = attention.cut(newCall);
    if (parts > 1) {
      if (left.length() < groups) {
        left = new AtomicIntegerArray(groups);
      }
      for (int group = 0; group < groups; group++) {
        left.set(group, parts);
      }
    }
    if (tokenChunks > 1) {
      pool.run(writing, groups);
    }
    pool.run(this, tokenChunks * groups * parts);
    call = null;
  }

  private void write(int group, int worker) {
    AttentionCall current = call;
    if (current != null) {
      current.write(group, writers[worker]);
    }
  }

  @Override
  public void run(int chunk, int worker) {
    AttentionCall current = call;
    if (current == null) {
      return;
    }
    if (parts > 1) {
      int group = chunk / parts;
      if (chunk % parts == parts - 1) {
        current.write(group, writers[worker]);
      }
      attention.attendPart(current, group, chunk % parts, worker);
      if (left.decrementAndGet(group) == 0) {
        attention.joinParts(current, group, worker);
      }
      return;
    }
    if (tokenChunks == 1) {
      current.write(chunk, writers[worker]);
    }
    int from = chunk % tokenChunks * chunkTokens;
    int to = Math.min(current.tokens, from + chunkTokens);
    attention.attend(current, chunk / tokenChunks, from, to, worker);
  }
}
