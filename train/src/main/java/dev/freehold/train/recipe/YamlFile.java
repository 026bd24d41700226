package dev.freehold.train.recipe;

import dev.freehold.train.TrainException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// A YAML file that a person wrote: small, without references and without a key twice.
///
/// @param kind what the file is, for errors
record YamlFile(String kind, String name, String text) {
  private static final int MOST_BYTES = 1 << 20;

  /// Reads a file.
  ///
  /// @throws TrainException where it cannot be read or is too long
  static YamlFile read(String kind, Path file) {
    if (Files.isDirectory(file)) {
      throw new TrainException("%s: a folder; expected a %s in a file".formatted(file, kind));
    }
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new TrainException(
            "%s: a %s has at most %d bytes, found %d"
                .formatted(file, kind, MOST_BYTES, Files.size(file)));
      }
      return new YamlFile(kind, file.toString(), Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new TrainException(file + ": no such file", e);
    } catch (CharacterCodingException e) {
      throw new TrainException("%s: a %s is a text in UTF-8".formatted(file, kind), e);
    } catch (IOException e) {
      throw new TrainException("%s: cannot be read: %s".formatted(file, e), e);
    }
  }

  /// The mapping at its top.
  ///
  /// @throws TrainException where the text is no YAML or no mapping
  Section root() {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(name)
            .setAllowDuplicateKeys(false)
            .setMaxAliasesForCollections(0)
            .setCodePointLimit(MOST_BYTES)
            .build();
    try {
      return Section.of(kind, "", new Load(settings).loadFromString(text));
    } catch (YamlEngineException e) {
      throw new TrainException("%s: no YAML: %s".formatted(name, e.getMessage()), e);
    }
  }
}
