package dev.freehold.agent.permission;

import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The rules that a person keeps, in a file outside of everything that agents may write.
public final class RulesFile {
  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(1 << 20, 4, 1 << 14, 16, 64);
  private static final int MOST_RULES = 2_000;

  private RulesFile() {}

  /// The rules of a file; none where there is no file.
  ///
  /// @throws PermissionException where it holds anything else
  public static List<Rule> read(Path file) {
    if (!Files.exists(file)) {
      return List.of();
    }
    JsonNode json;
    try {
      json = StrictJson.parse(file, LIMITS);
    } catch (TensorException failure) {
      throw new PermissionException(String.valueOf(failure.getMessage()), failure);
    }
    JsonNode all = json.path("rules");
    if (!all.isArray() || json.size() != 1 || all.size() > MOST_RULES) {
      throw new PermissionException(
          "%s: expected {\"rules\": [...]} with at most %d rules".formatted(file, MOST_RULES));
    }
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      rules.add(rule(file, i, all.get(i)));
    }
    return rules;
  }

  private static Rule rule(Path file, int at, JsonNode json) {
    for (Verdict verdict : Verdict.values()) {
      boolean isIt = json.path("verdict").asString("").equals(name(verdict));
      if (isIt && json.path("tool").isString() && json.path("pattern").isString()) {
        if (json.size() == 3) {
          return new Rule(verdict, json.path("tool").asString(), json.path("pattern").asString());
        }
      }
    }
    throw new PermissionException(
        "%s: rules[%d]: expected {\"verdict\": \"allow\", \"ask\" or \"deny\", \"tool\": ...,"
                .formatted(file, at)
            + " \"pattern\": ...}");
  }

  private static String name(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT);
  }

  /// Adds a rule to a file, which is written whole or not at all.
  public static void add(Path file, Rule rule) {
    List<Rule> rules = new ArrayList<>(read(file));
    if (rules.contains(rule)) {
      return;
    }
    rules.add(rule);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode all = json.putArray("rules");
    for (Rule one : rules) {
      all.addObject()
          .put("verdict", name(one.verdict()))
          .put("tool", one.tool())
          .put("pattern", one.pattern());
    }
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(part, (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      throw new PermissionException("%s: cannot be written: %s".formatted(file, failure), failure);
    }
  }
}
