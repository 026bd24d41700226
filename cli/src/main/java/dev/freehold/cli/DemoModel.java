package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.train.Sha256;
import dev.freehold.train.TrainingRun;
import dev.freehold.train.replay.RunFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPInputStream;

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
      "for a larger one, bring a .gguf file or a Hugging Face folder; \"freehold list\" shows the"
          + " models on this machine";

  private static final String MODEL = "seedling.gguf";
  private static final String RECIPE = "seedling.yaml";
  private static final String TRANSCRIPT = "seedling.transcript.jsonl.gz";

  private DemoModel() {}

  /// The model's file, as commands take models.
  static FoundModel found(Surroundings surroundings) {
    byte[] bytes = bytes();
    Path file = file(surroundings, bytes);
    return new FoundModel(
        NAME, FoundModel.Source.BUILT_IN, file, FoundModel.Format.GGUF, bytes.length, Map.of());
  }

  /// SHA-256 of the file.
  static String digest() {
    return Sha256.of(bytes());
  }

  /// Tells that the demo stands in for a model that was not named.
  static void announce(PrintStream err) {
    err.println("note: no model is named; " + WHAT_IT_IS);
    err.println("note: " + LARGER);
  }

  private static byte[] bytes() {
    return resource(MODEL);
  }

  private static byte[] resource(String name) {
    try (InputStream in = DemoModel.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("this build carries no " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new CliException("%s cannot be read: %s".formatted(name, e.getMessage()), e);
    }
  }

  /// Where files of the demo are kept.
  static Path cache(Surroundings surroundings) {
    String cache = surroundings.environment().getOrDefault("XDG_CACHE_HOME", "");
    Path base = cache.isBlank() ? surroundings.home().resolve(".cache") : Path.of(cache);
    return base.resolve("freehold").resolve("demo");
  }

  /// Writes recipe and transcript of the run that made the model, as the folder of a run; steps
  /// that are computed there are then held against the transcript. A folder that has them stays as
  /// it is.
  static void writeRun(Path folder) throws IOException {
    byte[] transcript = transcript();
    Path file = folder.resolve(TrainingRun.TRANSCRIPT);
    if (Files.exists(file) && !Arrays.equals(Files.readAllBytes(file), transcript)) {
      throw new CliException(
          Exit.USAGE, folder + " holds another run", "Choose another --out, or delete the folder.");
    }
    Files.createDirectories(folder);
    Files.write(folder.resolve(RunFolder.RECIPE), resource(RECIPE));
    Files.write(file, transcript);
  }

  private static byte[] transcript() throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(resource(TRANSCRIPT)))) {
      return in.readAllBytes();
    }
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
