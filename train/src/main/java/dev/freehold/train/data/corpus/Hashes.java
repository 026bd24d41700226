package dev.freehold.train.data.corpus;

import dev.freehold.tensor.Sha256;
import dev.freehold.train.TrainException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/// SHA-256 of files and bytes.
final class Hashes {
  private static final int BUFFER = 1 << 16;

  private Hashes() {}

  /// Of a file's bytes.
  static String ofFile(Path file) {
    MessageDigest digest = Sha256.begin();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    } catch (NoSuchFileException e) {
      throw new TrainException(file + ": no such file", e);
    } catch (IOException e) {
      throw new TrainException("%s: cannot be read: %s".formatted(file, e), e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
