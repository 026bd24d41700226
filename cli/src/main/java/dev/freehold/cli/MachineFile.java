package dev.freehold.cli;

import dev.freehold.cli.exit.DescribedMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// The YAML file that describes a machine: GB/s, Tera-operations per second, W and GB.
final class MachineFile {
  private static final int MAX_BYTES = 64 << 10;
  private static final Set<String> KEYS =
      new TreeSet<>(Set.of("name", "cores", "memory-bandwidth", "int8-rate", "watts", "memory"));

  private MachineFile() {}

  static DescribedMachine read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new CliException("%s: more than %d bytes".formatted(file, MAX_BYTES));
      }
      LoadSettings settings =
          LoadSettings.builder()
              .setLabel(file.toString())
              .setAllowDuplicateKeys(false)
              .setMaxAliasesForCollections(0)
              .setCodePointLimit(MAX_BYTES)
              .build();
      Object root = new Load(settings).loadFromString(Files.readString(file));
      if (!(root instanceof Map<?, ?> map)) {
        throw new CliException("%s: expected a mapping".formatted(file));
      }
      return of(file, map);
    } catch (NoSuchFileException absent) {
      throw new CliException("%s: no such file".formatted(file), absent);
    } catch (IOException | YamlEngineException failure) {
      throw new CliException("%s: cannot be read: %s".formatted(file, failure), failure);
    }
  }

  private static DescribedMachine of(Path file, Map<?, ?> map) {
    for (Object key : map.keySet()) {
      if (!KEYS.contains(String.valueOf(key))) {
        throw new CliException(
            "%s: \"%s\" is not known here; known are %s"
                .formatted(file, Failure.printable(String.valueOf(key)), String.join(", ", KEYS)));
      }
    }
    Object name = map.get("name");
    return new DescribedMachine(
        name instanceof String text ? text : String.valueOf(file.getFileName()),
        (int) number(file, map, "cores", 1),
        number(file, map, "memory-bandwidth", 0.1) * 1e9,
        number(file, map, "int8-rate", 0.001) * 1e12,
        number(file, map, "watts", 0.1),
        number(file, map, "memory", 0.1) * 1e9);
  }

  private static double number(Path file, Map<?, ?> map, String key, double least) {
    double most = 1e6;
    if (map.get(key) instanceof Number number
        && number.doubleValue() >= least
        && number.doubleValue() <= most) {
      return number.doubleValue();
    }
    throw new CliException(
        "%s: %s: expected a number of %s to %.0f".formatted(file, key, least, most));
  }
}
