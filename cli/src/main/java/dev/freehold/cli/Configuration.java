package dev.freehold.cli;

import dev.freehold.audit.AuditException;
import dev.freehold.audit.Policy;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The user's settings: `config.json` in `$XDG_CONFIG_HOME/freehold` or `~/.config/freehold`.
///
/// @param models folders with models, beside those of other tools
/// @param model the model that run uses where none is named
/// @param policy for which findings of an audit models are refused
record Configuration(List<Path> models, Optional<String> model, Policy policy) {
  private static final List<String> KEYS = List.of("audit", "model", "models");
  private static final StrictJson.Limits LIMITS = StrictJson.Limits.DEFAULT.withMaxBytes(1 << 20);

  Configuration {
    models = List.copyOf(models);
  }

  /// Reads the settings; without a file all is as by default.
  ///
  /// @throws CliException where the file holds anything unknown
  static Configuration read(Surroundings surroundings) {
    Path file = file(surroundings);
    if (!Files.exists(file)) {
      return new Configuration(List.of(), Optional.empty(), Policy.NONE);
    }
    try {
      JsonNode root = StrictJson.parse(file, LIMITS);
      List<Path> models = new ArrayList<>();
      for (String key : root.propertyNames()) {
        if (!KEYS.contains(key)) {
          throw new CliException(
              "%s: unknown setting \"%s\"; known are: %s"
                  .formatted(file, key, String.join(", ", KEYS)));
        }
      }
      JsonNode folders = root.path("models");
      if (!root.isObject() || !folders.isMissingNode() && !folders.isArray()) {
        throw new CliException(
            file
                + ": expected {\"model\": \"NAME\", \"models\": [\"/folder\"]},"
                + " found another shape");
      }
      for (JsonNode folder : folders) {
        models.add(folder(surroundings, file, folder));
      }
      JsonNode model = root.path("model");
      if (!model.isMissingNode() && !(model.isString() && !model.asString().isBlank())) {
        throw new CliException(
            "%s: model: expected the name or path of a model, found %s".formatted(file, model));
      }
      return new Configuration(
          models,
          model.isMissingNode() ? Optional.empty() : Optional.of(model.asString()),
          policy(file, root.path("audit")));
    } catch (TensorException failure) {
      throw new CliException(String.valueOf(failure.getMessage()), failure);
    }
  }

  private static Policy policy(Path file, JsonNode node) {
    if (node.isMissingNode()) {
      return Policy.NONE;
    }
    Set<String> refused = new HashSet<>();
    node.path("policy").forEach(name -> refused.add(name.isString() ? name.asString() : "?"));
    String unknown = node.path("unknown").asString("refuse");
    boolean fits =
        node.isObject()
            && node.path("policy").isArray()
            && node.size() == (node.has("unknown") ? 2 : 1)
            && List.of("refuse", "allow").contains(unknown);
    if (!fits) {
      throw new CliException(
          "%s: audit: expected {\"policy\": [\"GEO\", ...], \"unknown\": \"refuse\" or \"allow\"},"
                  .formatted(file)
              + " found another shape");
    }
    try {
      return new Policy(refused, unknown.equals("refuse"));
    } catch (AuditException unknownName) {
      throw new CliException(
          "%s: audit.policy: %s".formatted(file, unknownName.getMessage()), unknownName);
    }
  }

  private static Path folder(Surroundings surroundings, Path file, JsonNode node) {
    String text = node.isString() ? node.asString() : "";
    try {
      Path path =
          text.startsWith("~/") ? surroundings.home().resolve(text.substring(2)) : Path.of(text);
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException invalid) {
      // reported below with what was found
    }
    throw new CliException(
        "%s: models: expected absolute paths or ~/..., found %s".formatted(file, node));
  }

  private static Path file(Surroundings surroundings) {
    return folder(surroundings).resolve("config.json");
  }

  /// Where settings are kept.
  static Path folder(Surroundings surroundings) {
    String folder = surroundings.environment().getOrDefault("XDG_CONFIG_HOME", "");
    Path base = folder.isEmpty() ? surroundings.home().resolve(".config") : Path.of(folder);
    return base.resolve("freehold");
  }
}
