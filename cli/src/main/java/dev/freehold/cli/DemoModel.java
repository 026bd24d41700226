package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.train.Sha256;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/// Seedling, the model that Freehold carries, under the name `demo`.
///
/// Its file is kept in the cache folder, since models are mapped from files; it is written there
/// when it is first asked for, and again when it is not what Freehold carries.
final class DemoModel {
  /// What commands call it.
  static final String NAME = "demo";

  /// What a person should know before believing it.
  static final String WHAT_IT_IS =
      "demo is Seedling, a model of 2.7 million parameters that Freehold carries: a proof that runs"
          + " everywhere, not an assistant";

  /// How to go on from it.
  static final String LARGER =
      "for a larger one, see \"freehold pull --help\"; \"freehold list\" shows the models on this"
          + " machine";

  private DemoModel() {}

  /// The model's file, as commands take models.
  static FoundModel found(Surroundings surroundings) {
    byte[] bytes = DemoFiles.carried().model();
    Path file = file(surroundings, bytes);
    return new FoundModel(
        NAME, FoundModel.Source.BUILT_IN, file, FoundModel.Format.GGUF, bytes.length, Map.of());
  }

  /// Tells that the demo stands in for a model that was not named.
  static void announce(PrintStream err) {
    err.println("note: no model is named; " + WHAT_IT_IS);
    err.println("note: " + LARGER);
  }

  /// Where files of the demo are kept.
  static Path cache(Surroundings surroundings) {
    String cache = surroundings.environment().getOrDefault("XDG_CACHE_HOME", "");
    Path base = cache.isBlank() ? surroundings.home().resolve(".cache") : Path.of(cache);
    return base.resolve("freehold").resolve("demo");
  }

  private static Path file(Surroundings surroundings, byte[] bytes) {
    Path folder = cache(surroundings);
    Path file = folder.resolve("seedling-" + Sha256.of(bytes).substring(0, 16) + ".gguf");
    try {
      if (Files.isRegularFile(file)
          && Files.size(file) == bytes.length
          && Sha256.of(file).equals(Sha256.of(bytes))) {
        return file;
      }
      Files.createDirectories(folder);
      Path part = Files.createTempFile(folder, "seedling", ".part");
      Files.write(part, bytes);
      try {
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      }
      return file;
    } catch (IOException e) {
      throw new CliException(
          Exit.FAILURE,
          "the demo model cannot be written to %s: %s".formatted(folder, e.getMessage()),
          "Set XDG_CACHE_HOME to a folder that can be written to.");
    }
  }
}
