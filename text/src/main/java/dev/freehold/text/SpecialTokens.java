package dev.freehold.text;

import dev.freehold.tensor.StrictJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The begin and end marks that the files beside a `tokenizer.json` name, by text or by id.
record SpecialTokens(
    Optional<String> bosText,
    Optional<String> eosText,
    List<Integer> bosIds,
    List<Integer> eosIds) {
  private static final StrictJson.Limits SMALL = StrictJson.Limits.DEFAULT.withMaxBytes(16L << 20);

  private static final List<String> TEXT_FILES =
      List.of("tokenizer_config.json", "special_tokens_map.json");

  static SpecialTokens read(Path folder) {
    List<JsonNode> texts = new ArrayList<>();
    for (String name : TEXT_FILES) {
      parse(folder.resolve(name)).ifPresent(texts::add);
    }
    List<JsonNode> ids = new ArrayList<>();
    for (String name : List.of("generation_config.json", "config.json")) {
      parse(folder.resolve(name)).ifPresent(ids::add);
    }
    return new SpecialTokens(
        text(texts, "bos_token"),
        text(texts, "eos_token"),
        ids(ids, "bos_token_id"),
        ids(ids, "eos_token_id"));
  }

  /// The text of a mark such as `pad_token`, where a folder names one.
  static Optional<String> text(Path folder, String name) {
    List<JsonNode> texts = new ArrayList<>();
    for (String file : TEXT_FILES) {
      parse(folder.resolve(file)).ifPresent(texts::add);
    }
    return text(texts, name);
  }

  /// A flag of `tokenizer_config.json`, where it is there.
  static Optional<Boolean> flag(Path folder, String name) {
    return parse(folder.resolve(TEXT_FILES.getFirst()))
        .map(file -> file.path(name))
        .filter(JsonNode::isBoolean)
        .map(JsonNode::booleanValue);
  }

  private static Optional<JsonNode> parse(Path file) {
    return Files.isRegularFile(file)
        ? Optional.of(StrictJson.parse(file, SMALL))
        : Optional.empty();
  }

  private static Optional<String> text(List<JsonNode> files, String name) {
    for (JsonNode file : files) {
      JsonNode value = file.path(name);
      JsonNode text = value.isObject() ? value.path("content") : value;
      if (text.isString()) {
        return Optional.of(text.stringValue());
      }
    }
    return Optional.empty();
  }

  /// The ids in the first file that has any.
  private static List<Integer> ids(List<JsonNode> files, String name) {
    for (JsonNode file : files) {
      List<Integer> found = new ArrayList<>();
      JsonNode value = file.path(name);
      if (value.isArray()) {
        value.values().forEach(one -> add(one, found));
      } else {
        add(value, found);
      }
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  private static void add(JsonNode value, List<Integer> found) {
    if (value.isInt() && value.intValue() >= 0) {
      found.add(value.intValue());
    }
  }
}
