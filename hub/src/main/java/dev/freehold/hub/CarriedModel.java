package dev.freehold.hub;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32;

/// A GGUF model that a program carries in itself.
///
/// Models are mapped from files, so its file is put into the cache folder; it is written there when
/// it is first asked for, and again when it is not what the program carries. Its name has a CRC-32,
/// so that versions of the program do not overwrite each other's, and no digest, which the JVM
/// would take longer to compute at every start than to compare all bytes.
public final class CarriedModel {
  /// What requests call the model that Freehold carries.
  public static final String DEMO = "demo";

  private CarriedModel() {}

  /// Where its file is kept: `$XDG_CACHE_HOME/freehold/demo`, or the same under `~/.cache`.
  public static Path folder(Map<String, String> environment, Path home) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base = cache.isBlank() ? home.resolve(".cache") : Path.of(cache);
    return base.resolve("freehold").resolve(DEMO);
  }

  /// The model with its file in place.
  ///
  /// @param bytes of the file
  /// @throws HubException where the folder cannot be written to
  public static FoundModel placed(byte[] bytes, Path folder) {
    Path file = folder.resolve("seedling-" + checksum(bytes) + ".gguf");
    try {
      if (!isThere(file, bytes)) {
        write(file, bytes);
      }
    } catch (IOException e) {
      throw new HubException(
          "the demo model cannot be written to %s: %s; set XDG_CACHE_HOME to a folder that can be"
                  .formatted(folder, e.getMessage())
              + " written to",
          e);
    }
    return new FoundModel(
        DEMO, FoundModel.Source.BUILT_IN, file, FoundModel.Format.GGUF, bytes.length, Map.of());
  }

  private static String checksum(byte[] bytes) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    return HexFormat.of().toHexDigits((int) checksum.getValue());
  }

  private static boolean isThere(Path file, byte[] bytes) throws IOException {
    return Files.isRegularFile(file)
        && Files.size(file) == bytes.length
        && Arrays.equals(Files.readAllBytes(file), bytes);
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Path folder = file.resolveSibling("");
    Files.createDirectories(folder);
    Path part = Files.createTempFile(folder, "seedling", ".part");
    Files.write(part, bytes);
    try {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
