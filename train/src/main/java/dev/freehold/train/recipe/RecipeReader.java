package dev.freehold.train.recipe;

import dev.freehold.train.TrainException;
import dev.freehold.train.step.Optimizer;
import dev.freehold.train.step.Schedule;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// Reads recipes: one YAML file, keys as in docs/recipes.md, unknown keys refused.
public final class RecipeReader {
  private static final int MOST_SIZE = 1 << 24;
  private static final long MOST_STEPS = 1L << 40;
  private static final long STATE_INTERVAL = 10;
  private static final String NO_HASH = "";

  private RecipeReader() {}

  /// Reads a recipe.
  ///
  /// @throws TrainException where the file cannot be read, is no YAML, or has a wrong key or value
  public static Recipe read(Path file) {
    return recipe(YamlFile.read("recipe", file).root());
  }

  /// Reads a recipe from its text.
  ///
  /// @param name of the text in errors
  public static Recipe parse(String text, String name) {
    return recipe(new YamlFile("recipe", name, text).root());
  }

  private static Recipe recipe(Section root) {
    String arithmetic = root.string("arithmetic");
    if (!arithmetic.equals(Recipe.ARITHMETIC)) {
      throw new TrainException(
          "recipe: arithmetic: this program computes %s, found %s"
              .formatted(Recipe.ARITHMETIC, arithmetic));
    }
    long steps = root.integer("steps", 1, MOST_STEPS);
    Recipe recipe =
        new Recipe(
            root.string("name"),
            architecture(root.section("architecture")),
            data(root.section("data")),
            shape(root.section("batch")),
            optimizer(root.section("optimizer")),
            schedule(root.section("schedule"), steps),
            intervals(root.section("every")),
            root.integer("seed", 0, Long.MAX_VALUE),
            steps);
    root.requireNothingElse();
    long embeddings = (long) recipe.architecture().getOrDefault("vocab_size", 0L);
    if (recipe.data().vocabulary() > embeddings) {
      throw new TrainException(
          "recipe: data.vocabulary: %d tokens, but architecture.vocab_size is %d"
              .formatted(recipe.data().vocabulary(), embeddings));
    }
    long positions = (long) recipe.architecture().getOrDefault("max_position_embeddings", 0L);
    if (recipe.shape().length() > positions) {
      throw new TrainException(
          "recipe: batch.length: %d tokens, but architecture.max_position_embeddings is %d"
              .formatted(recipe.shape().length(), positions));
    }
    return recipe;
  }

  private static Map<String, Object> architecture(Section section) {
    Map<String, Object> values = new TreeMap<>();
    values.put("model_type", section.string("model_type"));
    values.put("hidden_size", section.integer("hidden_size", 1, MOST_SIZE));
    values.put("intermediate_size", section.integer("intermediate_size", 1, MOST_SIZE));
    values.put("num_hidden_layers", section.integer("num_hidden_layers", 1, 1000));
    long heads = section.integer("num_attention_heads", 1, 10_000);
    values.put("num_attention_heads", heads);
    values.put("num_key_value_heads", section.integer("num_key_value_heads", 1, heads, heads));
    values.put("head_dim", section.integer("head_dim", 2, 4096));
    values.put("vocab_size", section.integer("vocab_size", 2, MOST_SIZE));
    values.put("max_position_embeddings", section.integer("max_position_embeddings", 1, MOST_SIZE));
    values.put("rms_norm_eps", section.real("rms_norm_eps", 0, 1, 1e-5));
    values.put("rope_theta", section.real("rope_theta", 1, 1e12, 10_000));
    values.put("tie_word_embeddings", section.flag("tie_word_embeddings", false));
    values.put("hidden_act", "silu");
    section.requireNothingElse();
    return values;
  }

  private static Recipe.Data data(Section section) {
    String corpus = section.string("corpus");
    Recipe.Data data =
        switch (corpus) {
          case "seedling" ->
              new Recipe.Data(
                  corpus,
                  section.integer("corpus_seed", 0, Long.MAX_VALUE),
                  section.integer("documents", 1, 1L << 40),
                  section.integer("held_out", 0, 1L << 40),
                  section.has("tokenizer") ? section.sha256("tokenizer") : NO_HASH,
                  (int) section.integer("vocabulary", 260, MOST_SIZE),
                  section.integer("order_seed", 0, Long.MAX_VALUE),
                  wholeText(section),
                  NO_HASH);
          case "shards" ->
              new Recipe.Data(
                  corpus,
                  0,
                  0,
                  section.integer("held_out", 0, 1L << 40),
                  section.has("tokenizer") ? section.sha256("tokenizer") : NO_HASH,
                  0,
                  section.integer("order_seed", 0, Long.MAX_VALUE),
                  ofText(section),
                  section.has("manifest") ? section.sha256("manifest") : NO_HASH);
          default ->
              throw new TrainException(
                  "recipe: data.corpus: expected seedling or shards, found \"" + corpus + "\"");
        };
    section.requireNothingElse();
    return data;
  }

  /// Shards hold texts without marks.
  private static boolean ofText(Section section) {
    if (wholeText(section)) {
      return true;
    }
    throw section.failure("loss", "shards hold texts, expected text, found \"replies\"");
  }

  private static boolean wholeText(Section section) {
    String loss = section.string("loss");
    return switch (loss) {
      case "text" -> true;
      case "replies" -> false;
      default ->
          throw new TrainException(
              "recipe: data.loss: expected text or replies, found \"" + loss + "\"");
    };
  }

  private static Recipe.Shape shape(Section section) {
    Recipe.Shape shape =
        new Recipe.Shape(
            (int) section.integer("sequences", 1, 1 << 16),
            (int) section.integer("length", 2, 1 << 20),
            (int) section.integer("accumulate", 1, 1 << 16, 1));
    section.requireNothingElse();
    return shape;
  }

  private static Optimizer.Settings optimizer(Section section) {
    String kind = section.string("kind");
    if (!kind.equals("adamw")) {
      throw new TrainException("recipe: optimizer.kind: expected adamw, found " + kind);
    }
    Optimizer.Settings settings =
        new Optimizer.Settings(
            section.real("rate", 1e-12, 10),
            section.real("beta1", 0, 0.9999999, 0.9),
            section.real("beta2", 0, 0.9999999, 0.95),
            section.real("epsilon", 1e-30, 1, 1e-8),
            section.real("decay", 0, 10, 0.1),
            section.real("clip", 0, 1e9, 1));
    section.requireNothingElse();
    return settings;
  }

  private static Schedule schedule(Section section, long steps) {
    String kind = section.string("kind");
    long warmup = section.integer("warmup", 0, steps);
    double floor = section.real("floor", 0, 1, 0);
    Schedule schedule =
        switch (kind) {
          case "warmup-stable-decay" ->
              new Schedule.WarmupStableDecay(
                  warmup, section.integer("decay", 0, steps - warmup), floor);
          case "cosine" -> new Schedule.Cosine(warmup, floor);
          default ->
              throw new TrainException(
                  "recipe: schedule.kind: expected warmup-stable-decay or cosine, found " + kind);
        };
    section.requireNothingElse();
    return schedule;
  }

  private static Recipe.Intervals intervals(Section section) {
    Recipe.Intervals intervals =
        new Recipe.Intervals(
            section.integer("evaluate", 0, MOST_STEPS, 0),
            (int) section.integer("evaluate_batches", 1, 1 << 20, 1),
            section.integer("checkpoint", 0, MOST_STEPS, 0),
            section.integer("state", 0, MOST_STEPS, STATE_INTERVAL));
    section.requireNothingElse();
    return intervals;
  }
}
