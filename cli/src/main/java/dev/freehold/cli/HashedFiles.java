package dev.freehold.cli;

import dev.freehold.engine.receipt.ModelFile;
import dev.freehold.hub.FoundModel;
import dev.freehold.tensor.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// The files that decide what a model writes, with the digests by which receipts name them.
///
/// @param paths in the order of their names
/// @param stamp changes whenever one of them does
record HashedFiles(String model, List<Path> paths, String stamp) {
  /// What beside weights decides, in folders of Hugging Face; chat templates are named on their
  /// own.
  private static final List<String> BESIDE_WEIGHTS =
      List.of(
          "config.json",
          "generation_config.json",
          "special_tokens_map.json",
          "tokenizer.json",
          "tokenizer_config.json");

  private static final int BUFFER_BYTES = 1 << 20;
  private static final long WORTH_TELLING_BYTES = 256L << 20;

  /// The files of a model as they are now.
  ///
  /// @param weights the files with its tensors
  static HashedFiles of(FoundModel found, List<Path> weights) {
    List<Path> paths = new ArrayList<>(weights);
    if (found.format() == FoundModel.Format.SAFETENSORS) {
      for (String name : BESIDE_WEIGHTS) {
        Path file = found.path().resolve(name);
        if (Files.isRegularFile(file)) {
          paths.add(file);
        }
      }
    }
    paths.sort(Comparator.comparing(HashedFiles::name));
    return new HashedFiles(found.name(), List.copyOf(paths), DigestMemory.stamp(paths));
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /// The sizes of the files, the smallest first.
  List<Long> sizes() {
    return paths.stream().map(HashedFiles::size).sorted().toList();
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new CliException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /// The files with their digests, which are computed where they are not remembered.
  ///
  /// @throws CliException where a file cannot be read, or is no longer what it was
  List<ModelFile> hash(Surroundings surroundings) {
    DigestMemory memory = new DigestMemory(DigestMemory.folder(surroundings));
    List<ModelFile> files = new ArrayList<>();
    for (Path path : paths) {
      long bytes = size(path);
      Optional<String> known = memory.recall(List.of(path));
      String sha256 = known.orElseGet(() -> sha256(path, bytes, surroundings));
      files.add(new ModelFile(name(path), bytes, sha256));
      if (known.isEmpty()) {
        requireUnchanged();
        remember(memory, path, sha256, surroundings);
      }
    }
    requireUnchanged();
    return List.copyOf(files);
  }

  private void requireUnchanged() {
    if (!DigestMemory.stamp(paths).equals(stamp)) {
      throw new CliException(model + ": a file of the model changed after it was opened");
    }
  }

  private static void remember(
      DigestMemory memory, Path path, String sha256, Surroundings surroundings) {
    try {
      memory.remember(List.of(path), sha256);
    } catch (CliException failure) { // it is only computed again the next time
      surroundings.err().println("note: " + Failure.printable(failure.getMessage() + ""));
    }
  }

  private static String sha256(Path path, long bytes, Surroundings surroundings) {
    if (bytes >= WORTH_TELLING_BYTES) {
      surroundings
          .err()
          .println(
              "computing the SHA-256 of %s (%d MB), which is remembered"
                  .formatted(Failure.printable(name(path)), bytes >> 20));
    }
    MessageDigest digest = Sha256.begin();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(path)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    } catch (IOException e) {
      throw new CliException(path + ": cannot be read: " + e.getMessage(), e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
