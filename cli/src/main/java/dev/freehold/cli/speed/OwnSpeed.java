package dev.freehold.cli.speed;

import dev.freehold.kernel.Philox;
import dev.freehold.kernel.Rows;
import dev.freehold.model.Batch;
import dev.freehold.model.LogitsOf;
import dev.freehold.model.Model;
import dev.freehold.model.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The speed of an open model, with random tokens.
///
/// Owns the sequences that tests at depth begin with, which are computed once; not the model.
public final class OwnSpeed implements AutoCloseable {
  private final Model model;
  private final Map<Integer, Sequence> deep = new HashMap<>();

  public OwnSpeed(Model model) {
    this.model = model;
  }

  public Model model() {
    return model;
  }

  /// Runs a test once and tells its tokens per second.
  public double measure(SpeedTest test) {
    double seconds =
        switch (test) {
          case SpeedTest.Prefill prefill -> prefillSeconds(prefill.tokens());
          case SpeedTest.Decode decode -> decodeSeconds(decode);
          case SpeedTest.DecodeTogether together -> togetherSeconds(together);
        };
    return test.tokens() / seconds;
  }

  /// Seconds that a prompt of this many tokens takes.
  public double prefillSeconds(int count) {
    long start = System.nanoTime();
    prefill(count, count).close();
    return secondsSince(start);
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private int[] tokens(int count) {
    int[] tokens = new int[count];
    for (int i = 0; i < count; i++) {
      long bits = Philox.bits(0, 0, i);
      tokens[i] = (int) Long.remainderUnsigned(bits, model.architecture().vocabSize());
    }
    return tokens;
  }

  private Sequence prefill(int count, int capacity) {
    Sequence sequence = model.newSequence(capacity);
    try {
      Rows logits = Rows.allocate(1, model.architecture().vocabSize());
      model.forward(sequence, tokens(count), 0, count, LogitsOf.LAST, logits);
      return sequence;
    } catch (Throwable e) {
      sequence.close();
      throw e;
    }
  }

  private double decodeSeconds(SpeedTest.Decode test) {
    if (test.depth() == 0) {
      try (Sequence sequence = model.newSequence(test.tokens())) {
        return decode(sequence, test.tokens());
      }
    }
    Sequence begun = deep.computeIfAbsent(test.depth(), depth -> prefill(depth, depth));
    try (Sequence copy = begun.fork(test.depth() + test.tokens())) {
      return decode(copy, test.tokens());
    }
  }

  private double decode(Sequence sequence, int count) {
    int[] tokens = tokens(count);
    Rows logits = Rows.allocate(1, model.architecture().vocabSize());
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      model.forward(sequence, tokens, i, 1, LogitsOf.LAST, logits);
    }
    return secondsSince(start);
  }

  private double togetherSeconds(SpeedTest.DecodeTogether test) {
    List<Sequence> sequences = new ArrayList<>();
    int prompt = SpeedTest.DecodeTogether.PROMPT;
    try {
      for (int i = 0; i < test.sequences(); i++) {
        sequences.add(prefill(prompt, prompt + test.each()));
      }
      int[] tokens = tokens(test.tokens());
      Rows logits = Rows.allocate(test.sequences(), model.architecture().vocabSize());
      Batch batch = model.newBatch();
      long start = System.nanoTime();
      for (int step = 0; step < test.each(); step++) {
        batch.clear();
        for (int i = 0; i < sequences.size(); i++) {
          batch.add(sequences.get(i), tokens, step * sequences.size() + i, 1, LogitsOf.LAST);
        }
        model.forward(batch, logits);
      }
      return secondsSince(start);
    } finally {
      sequences.forEach(Sequence::close);
    }
  }

  @Override
  public void close() {
    deep.values().forEach(Sequence::close);
  }
}
