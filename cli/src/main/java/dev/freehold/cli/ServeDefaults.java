package dev.freehold.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// What options of `serve` are where the command line does not say: `FREEHOLD_` and the option's
/// name in the environment, else its name in `serve.yaml`.
///
/// The file lies beside the user's other settings, or where `FREEHOLD_CONFIG` says. A name in it
/// that is no option is an error.
final class ServeDefaults implements IDefaultValueProvider {
  private static final int MAX_BYTES = 1 << 20;
  private static final String MODEL = "model";

  private final Surroundings surroundings;
  private @Nullable Map<String, String> file;

  ServeDefaults(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    String name =
        argument instanceof OptionSpec option
            ? option.longestName().replaceFirst("^--", "")
            : MODEL;
    if (Set.of("help", "version", "stacktrace").contains(name)) {
      return null;
    }
    String variable = "FREEHOLD_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    String value = surroundings.environment().get(variable);
    return value != null ? value : settings(argument.command()).get(name);
  }

  private Map<String, String> settings(CommandSpec command) {
    Map<String, String> read = file;
    if (read == null) {
      read = read(command);
      file = read;
    }
    return read;
  }

  private Map<String, String> read(CommandSpec command) {
    Optional<String> named = Optional.ofNullable(surroundings.environment().get("FREEHOLD_CONFIG"));
    Path path =
        named
            .map(Path::of)
            .orElseGet(() -> Configuration.folder(surroundings).resolve("serve.yaml"));
    if (named.isEmpty() && !Files.exists(path)) {
      return Map.of();
    }
    Set<String> known = new HashSet<>(Set.of(MODEL));
    command.options().forEach(option -> known.add(option.longestName().replaceFirst("^--", "")));
    Map<String, String> values = new HashMap<>();
    for (Map.Entry<?, ?> entry : parse(path).entrySet()) {
      String name = String.valueOf(entry.getKey());
      if (!known.contains(name)) {
        throw new CliException(
            "%s: unknown setting \"%s\"; known are: %s"
                .formatted(path, name, known.stream().sorted().collect(Collectors.joining(", "))));
      }
      values.put(name, text(path, name, entry.getValue()));
    }
    return values;
  }

  private static String text(Path path, String name, @Nullable Object value) {
    if (value instanceof List<?> several) {
      return several.stream().map(one -> text(path, name, one)).collect(Collectors.joining(","));
    }
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    throw new CliException(
        "%s: %s: expected a text, a number, true, false or a list, found %s"
            .formatted(path, name, value == null ? "nothing" : "something else"));
  }

  private static Map<?, ?> parse(Path path) {
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw new CliException("%s: more than %d bytes".formatted(path, MAX_BYTES));
      }
      LoadSettings settings =
          LoadSettings.builder()
              .setLabel(path.toString())
              .setAllowDuplicateKeys(false)
              .setMaxAliasesForCollections(0)
              .setCodePointLimit(MAX_BYTES)
              .build();
      Object root = new Load(settings).loadFromString(Files.readString(path));
      if (root == null) {
        return Map.of();
      }
      if (root instanceof Map<?, ?> map) {
        return map;
      }
      throw new CliException(path + ": expected lines of the form \"name: value\"");
    } catch (IOException failure) {
      throw new CliException("%s: cannot be read: %s".formatted(path, failure), failure);
    } catch (YamlEngineException failure) {
      throw new CliException("%s: no YAML: %s".formatted(path, failure.getMessage()), failure);
    }
  }
}
