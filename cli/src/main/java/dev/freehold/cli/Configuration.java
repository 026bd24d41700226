package dev.freehold.cli;

import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The user's settings: `config.json` in `$XDG_CONFIG_HOME/freehold` or `~/.config/freehold`.
///
/// @param models folders with models, beside those of other tools
/// @param model the model that run uses where none is named
record Configuration(List<Path> models, Optional<String> model) {
  private static final List<String> KEYS = List.of("model", "models");
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
      return new Configuration(List.of(), Optional.empty());
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
          models, model.isMissingNode() ? Optional.empty() : Optional.of(model.asString()));
    } catch (TensorException failure) {
      throw new CliException(String.valueOf(failure.getMessage()), failure);
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
