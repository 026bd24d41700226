package dev.freehold.train.replay;

import dev.freehold.tensor.StrictJson;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.transcript.StepRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// Two runs side by side: what they claim to be made from, and the first step at which they differ,
/// found by bisection of their chains of hashes.
///
/// @param common steps that both hold
/// @param step first one that differs; nothing where all common ones agree
/// @param looks chains that were compared to find it
public record Comparison(
    RunFolder one, RunFolder other, long common, Optional<Long> step, int looks) {
  /// Something that the two do not say alike.
  public record Unlike(String name, String one, String other) {}

  public static Comparison of(RunFolder one, RunFolder other) {
    long common = Math.min(one.transcript().steps(), other.transcript().steps());
    long equal = -1;
    long different = common + 1;
    int looks = 0;
    while (different - equal > 1) {
      long middle = looks == 0 ? common : (equal + different) >>> 1;
      if (one.transcript().chain(middle).equals(other.transcript().chain(middle))) {
        equal = middle;
      } else {
        different = middle;
      }
      looks++;
    }
    Optional<Long> step = different > common ? Optional.empty() : Optional.of(different);
    return new Comparison(one, other, common, step, looks);
  }

  /// What the runs claim to be made from and do not name alike.
  public List<Unlike> sources() {
    return unlike(one.transcript().header(), other.transcript().header());
  }

  /// The keys of the recipes that differ, where both folders hold theirs.
  public List<Unlike> recipes() {
    if (!one.hasRecipe() || !other.hasRecipe()) {
      return List.of();
    }
    return unlike(values(one.recipe()), values(other.recipe()));
  }

  private static Map<String, String> values(Recipe recipe) {
    byte[] json = recipe.canonical().getBytes(StandardCharsets.UTF_8);
    Map<String, String> values = new TreeMap<>();
    collect("", StrictJson.parse(json, "recipe"), values);
    return values;
  }

  private static void collect(String path, JsonNode node, Map<String, String> values) {
    if (node.isObject()) {
      String prefix = path.isEmpty() ? "" : path + ".";
      node.properties()
          .forEach(field -> collect(prefix + field.getKey(), field.getValue(), values));
    } else {
      values.put(path, node.toString());
    }
  }

  private static List<Unlike> unlike(Map<String, String> one, Map<String, String> other) {
    TreeSet<String> names = new TreeSet<>(one.keySet());
    names.addAll(other.keySet());
    List<Unlike> unlike = new ArrayList<>();
    for (String name : names) {
      String mine = one.getOrDefault(name, "none");
      String theirs = other.getOrDefault(name, "none");
      if (!mine.equals(theirs)) {
        unlike.add(new Unlike(name, mine, theirs));
      }
    }
    return unlike;
  }

  /// The fields of the first different step that differ.
  public List<StepRecord.Difference> fields() {
    return step.filter(number -> number > 0)
        .map(number -> one.transcript().step(number).differences(other.transcript().step(number)))
        .orElse(List.of());
  }
}
