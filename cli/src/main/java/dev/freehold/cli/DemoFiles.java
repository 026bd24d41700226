package dev.freehold.cli;

import dev.freehold.tensor.Sha256;
import dev.freehold.train.TrainingRun;
import dev.freehold.train.replay.RunFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/// A model with what it was made by.
///
/// @param model GGUF file
/// @param recipe of the run
/// @param transcript of the run
record DemoFiles(byte[] model, byte[] recipe, byte[] transcript) {
  /// Those that Freehold carries.
  static DemoFiles carried() {
    try (InputStream packed =
        new GZIPInputStream(new ByteArrayInputStream(resource("seedling.transcript.jsonl.gz")))) {
      return new DemoFiles(carriedModel(), resource("seedling.yaml"), packed.readAllBytes());
    } catch (IOException e) {
      throw new CliException("the transcript of the demo cannot be read: " + e.getMessage(), e);
    }
  }

  /// The model alone of those that Freehold carries.
  static byte[] carriedModel() {
    return resource("seedling.gguf");
  }

  private static byte[] resource(String name) {
    try (InputStream in = DemoFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("this build carries no " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new CliException("%s cannot be read: %s".formatted(name, e.getMessage()), e);
    }
  }

  /// SHA-256 of the model's file.
  String digest() {
    return Sha256.of(model);
  }

  /// SHA-256 of the recipe's file.
  String recipeDigest() {
    return Sha256.of(recipe);
  }

  /// Writes recipe and transcript as the folder of a run; steps that are computed there are then
  /// held against the transcript. A folder that has them stays as it is.
  void writeRun(Path folder) throws IOException {
    Path file = folder.resolve(TrainingRun.TRANSCRIPT);
    if (Files.exists(file) && !Arrays.equals(Files.readAllBytes(file), transcript)) {
      throw new CliException(
          Exit.USAGE, folder + " holds another run", "Choose another --out, or delete the folder.");
    }
    Files.createDirectories(folder);
    Files.write(folder.resolve(RunFolder.RECIPE), recipe);
    Files.write(file, transcript);
  }
}
