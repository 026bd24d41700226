package dev.freehold.cli.speed;

import dev.freehold.cli.speed.MachineLimits.Stretch;
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
import java.util.Set;

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
    return measure(test, LimitProbe.none()).tokensPerSecond();
  }

  /// Runs a test once. Decode is timed in stretches, between which the read bandwidth is measured;
  /// limits of computing are measured before the run and after it.
  ///
  /// @param probe measures the limits that bound the test
  public Run measure(SpeedTest test, LimitProbe probe) {
    Work work = Volume.of(model, test);
    Set<Limit> limits = MachineLimits.bounding(test, work);
    return switch (test) {
      case SpeedTest.Prefill prefill -> {
        Stretches time = new Stretches(probe, limits);
        time.run(() -> prefill(prefill.tokens(), prefill.tokens()).close());
        time.end();
        yield run(test, work, time.seconds(), time.limits());
      }
      case SpeedTest.Decode decode -> {
        Stretches time = decode(decode, probe);
        yield run(test, work, time.seconds(), time.limits());
      }
      case SpeedTest.DecodeTogether together -> {
        MachineLimits before = probe.measure(work.computing());
        Stretches time = decode(together, probe);
        Stretch whole = new Stretch(time.seconds(), before, probe.measure(work.computing()));
        MachineLimits computing = MachineLimits.over(List.of(whole));
        yield run(test, work, time.seconds(), time.limits().and(computing));
      }
    };
  }

  private static Run run(SpeedTest test, Work work, double seconds, MachineLimits limits) {
    return new Run(test.tokens() / seconds, limits.share(test, work, seconds));
  }

  /// Seconds that a prompt of this many tokens takes.
  public double prefillSeconds(int count) {
    long start = System.nanoTime();
    prefill(count, count).close();
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

  private Stretches decode(SpeedTest.Decode test, LimitProbe probe) {
    if (test.depth() == 0) {
      try (Sequence sequence = model.newSequence(test.tokens())) {
        return decode(sequence, test.tokens(), probe);
      }
    }
    Sequence begun = deep.computeIfAbsent(test.depth(), depth -> prefill(depth, depth));
    try (Sequence copy = begun.fork(test.depth() + test.tokens())) {
      return decode(copy, test.tokens(), probe);
    }
  }

  private Stretches decode(Sequence sequence, int count, LimitProbe probe) {
    int[] tokens = tokens(count);
    Rows logits = Rows.allocate(1, model.architecture().vocabSize());
    Stretches time = new Stretches(probe, Set.of(Limit.READ));
    for (int i = 0; i < count; i++) {
      int token = i;
      time.run(() -> model.forward(sequence, tokens, token, 1, LogitsOf.LAST, logits));
    }
    time.end();
    return time;
  }

  private Stretches decode(SpeedTest.DecodeTogether test, LimitProbe probe) {
    List<Sequence> sequences = new ArrayList<>();
    int prompt = SpeedTest.DecodeTogether.PROMPT;
    try {
      for (int i = 0; i < test.sequences(); i++) {
        sequences.add(prefill(prompt, prompt + test.each()));
      }
      int[] tokens = tokens(test.tokens());
      Rows logits = Rows.allocate(test.sequences(), model.architecture().vocabSize());
      Batch batch = model.newBatch();
      Stretches time = new Stretches(probe, Set.of(Limit.READ));
      for (int step = 0; step < test.each(); step++) {
        int from = step * sequences.size();
        time.run(() -> {
          batch.clear();
          for (int i = 0; i < sequences.size(); i++) {
            batch.add(sequences.get(i), tokens, from + i, 1, LogitsOf.LAST);
          }
          model.forward(batch, logits);
        });
      }
      time.end();
      return time;
    } finally {
      sequences.forEach(Sequence::close);
    }
  }

  @Override
  public void close() {
    deep.values().forEach(Sequence::close);
  }
}
