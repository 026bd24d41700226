package dev.freehold.train.recipe;

import dev.freehold.tensor.Sha256;
import dev.freehold.train.step.Optimizer;
import dev.freehold.train.step.Schedule;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Everything that decides a training run's result, and nothing else: the same recipe gives the
/// same weights on every machine.
///
/// @param name for people; part of the hash
/// @param architecture keys of a Hugging Face config.json
/// @param seed of the first weights
/// @param steps optimizer steps of the whole run
public record Recipe(
    String name,
    Map<String, Object> architecture,
    Data data,
    Shape shape,
    Optimizer.Settings optimizer,
    Schedule schedule,
    Intervals intervals,
    long seed,
    long steps) {
  /// The arithmetic that recipes of this version name.
  public static final String ARITHMETIC = "fh1";

  /// Where tokens come from.
  ///
  /// @param corpus `seedling`, the generated corpus, or `shards`, a folder made by the data
  ///   pipeline
  /// @param corpusSeed seed of a generated corpus
  /// @param documents documents of a generated corpus
  /// @param heldOut documents after those that are never trained on
  /// @param tokenizer SHA-256 of the tokenizer.json; empty for one that is trained by the run
  ///   itself
  /// @param vocabulary size of such a tokenizer
  /// @param orderSeed seed of the order
  /// @param wholeText whether the loss counts all text; otherwise only replies and plain text
  /// @param manifest SHA-256 of the shards' manifest; empty for a generated corpus
  public record Data(
      String corpus,
      long corpusSeed,
      long documents,
      long heldOut,
      String tokenizer,
      int vocabulary,
      long orderSeed,
      boolean wholeText,
      String manifest) {
    /// Whether the run makes its texts itself.
    public boolean isGenerated() {
      return !corpus.equals("shards");
    }
  }

  /// What one step sees.
  ///
  /// @param sequences sequences that go through the model together
  /// @param length tokens of a sequence
  /// @param accumulate such parts of one step
  public record Shape(int sequences, int length, int accumulate) {
    /// Tokens of a step.
    public long tokens() {
      return (long) sequences * length * accumulate;
    }
  }

  /// Steps from one event to the next; 0 for never.
  ///
  /// @param evaluate held-out loss
  /// @param evaluateBatches batches of that
  /// @param checkpoint checkpoints, which the transcript commits to
  /// @param state further steps after which the transcript commits to weights and optimizer state
  public record Intervals(long evaluate, int evaluateBatches, long checkpoint, long state) {}

  public Recipe {
    architecture = Map.copyOf(architecture);
  }

  /// The recipe as JSON with sorted keys and nothing left out.
  public String canonical() {
    Map<String, Object> root = new TreeMap<>();
    root.put("arithmetic", ARITHMETIC);
    root.put("name", name);
    root.put("architecture", new TreeMap<>(architecture));
    Map<String, Object> from = new TreeMap<>();
    from.put("corpus", data.corpus());
    from.put("corpus_seed", data.corpusSeed());
    from.put("documents", data.documents());
    from.put("held_out", data.heldOut());
    from.put("tokenizer", data.tokenizer());
    from.put("vocabulary", data.vocabulary());
    from.put("order_seed", data.orderSeed());
    from.put("loss", data.wholeText() ? "text" : "replies");
    from.put("manifest", data.manifest());
    root.put("data", from);
    Map<String, Object> batch = new TreeMap<>();
    batch.put("sequences", shape.sequences());
    batch.put("length", shape.length());
    batch.put("accumulate", shape.accumulate());
    root.put("batch", batch);
    Map<String, Object> adam = new TreeMap<>();
    adam.put("rate", optimizer.rate());
    adam.put("beta1", optimizer.beta1());
    adam.put("beta2", optimizer.beta2());
    adam.put("epsilon", optimizer.epsilon());
    adam.put("decay", optimizer.decay());
    adam.put("clip", optimizer.clip());
    root.put("optimizer", adam);
    root.put("schedule", schedule(schedule));
    Map<String, Object> every = new TreeMap<>();
    every.put("evaluate", intervals.evaluate());
    every.put("evaluate_batches", intervals.evaluateBatches());
    every.put("checkpoint", intervals.checkpoint());
    every.put("state", intervals.state());
    root.put("every", every);
    root.put("seed", seed);
    root.put("steps", steps);
    return JsonMapper.builder()
        .disable(SerializationFeature.INDENT_OUTPUT)
        .build()
        .writeValueAsString(root);
  }

  private static Map<String, Object> schedule(Schedule schedule) {
    Map<String, Object> values = new TreeMap<>();
    switch (schedule) {
      case Schedule.WarmupStableDecay wsd -> {
        values.put("kind", "warmup-stable-decay");
        values.put("warmup", wsd.warmup());
        values.put("decay", wsd.decay());
        values.put("floor", wsd.floor());
      }
      case Schedule.Cosine cosine -> {
        values.put("kind", "cosine");
        values.put("warmup", cosine.warmup());
        values.put("floor", cosine.floor());
      }
    }
    return values;
  }

  /// SHA-256 of the canonical form.
  public String digest() {
    return Sha256.of(canonical());
  }
}
