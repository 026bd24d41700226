package dev.freehold.audit.grade;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which component a file is, as its name tells where nothing declares it.
final class NamedFiles {
  private static final String CODE = "\\.(py|java|kt|scala|sh|ipynb|c|cc|cpp|cu|rs|jl|go|js|ts)";
  private static final String TEXT = "\\.(md|txt|pdf|tex|html|rst)";
  private static final String DATA = "\\.(jsonl?|csv|tsv|parquet|txt|arrow|zst|gz|bin)";
  private static final int MOST_NAME = 300;

  private static final Map<Component, Pattern> PATTERNS = patterns();

  private NamedFiles() {}

  private static Map<Component, Pattern> patterns() {
    Map<Component, String> names = new EnumMap<>(Component.class);
    names.put(Component.ARCHITECTURE, "(.*/)?model(l)?ing_[^/]*" + CODE);
    names.put(
        Component.EVALUATION_RESULTS, "(.*/)?[^/]*(eval|benchmark|result)[^/]*\\.(json|csv|md)");
    names.put(
        Component.DATA_CARD,
        "(.*/)?[^/]*(data[-_]?card|data[-_]?sheet|dataset[-_]?card|data[-_]statement)[^/]*"
            + "(\\.json|\\.ya?ml|"
            + TEXT
            + ")");
    names.put(Component.TECHNICAL_REPORT, "(.*/)?[^/]*report[^/]*" + TEXT);
    names.put(Component.RESEARCH_PAPER, "(.*/)?[^/]*paper[^/]*" + TEXT);
    names.put(
        Component.TRAINING_CODE, "((.*/)?(pre)?train(ing)?/.*|(.*/)?(pre)?train[^/]*)" + CODE);
    names.put(
        Component.INFERENCE_CODE,
        "((.*/)?inference/.*|(.*/)?(infer|inference|generate|run_model)[^/]*)" + CODE);
    names.put(
        Component.EVALUATION_CODE, "((.*/)?eval(uation)?/.*|(.*/)?(eval|benchmark)[^/]*)" + CODE);
    names.put(
        Component.EVALUATION_DATA,
        "(.*/)?(eval(uation)?|test|validation|held[-_]?out)([-_]data)?/.*"
            + "\\.(jsonl|csv|tsv|parquet)");
    names.put(Component.DATASETS, "(data|datasets?|corpus)/.*" + DATA);
    names.put(
        Component.PREPROCESSING_CODE,
        "(.*/)?[^/]*(preprocess|prepare[-_]data|filter[-_]data|clean[-_]data|dedup)[^/]*" + CODE);
    names.put(
        Component.INTERMEDIATE_PARAMETERS,
        "(.*/)?(checkpoints?|checkpoint-\\d+|steps?[-_]?\\d+)/.*\\.(safetensors|gguf)");
    names.put(Component.SAMPLE_OUTPUTS, "(.*/)?[^/]*sample[-_]?outputs?[^/]*\\.(md|jsonl?|txt)");
    names.put(
        Component.LIBRARIES,
        "(.*/)?(requirements[^/]*\\.txt|pyproject\\.toml|pom\\.xml|"
            + "environment\\.ya?ml|cargo\\.toml)");
    names.put(
        Component.MODEL_METADATA,
        "(.*/)?([^/]*recipe[^/]*\\.ya?ml|trainer_state\\.json|"
            + "training_args\\.json|[^/]*transcript[^/]*)");
    Map<Component, Pattern> patterns = new EnumMap<>(Component.class);
    names.forEach((component, name) -> patterns.put(component, Pattern.compile(name)));
    return Map.copyOf(patterns);
  }

  /// The component that a file with this name, in lower case, belongs to.
  static boolean matches(Component component, String name) {
    return name.length() <= MOST_NAME
        && Optional.ofNullable(PATTERNS.get(component))
            .map(pattern -> pattern.matcher(name).matches())
            .orElse(false);
  }
}
