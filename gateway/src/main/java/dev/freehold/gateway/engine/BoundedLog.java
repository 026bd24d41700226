package dev.freehold.gateway.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Writes what a process prints into a file of bounded size: a full one is kept as `.1`, in the
/// place of the one before.
final class BoundedLog {
  private static final long MAX_BYTES = 8 << 20;

  private final Path file;
  private final long most;

  BoundedLog(Path file) {
    this(file, MAX_BYTES);
  }

  BoundedLog(Path file, long most) {
    this.file = file;
    this.most = most;
  }

  /// Copies until the end. What cannot be written is dropped, so that the process goes on.
  void copy(InputStream in) {
    byte[] buffer = new byte[8192];
    try (in) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        write(buffer, read);
      }
    } catch (IOException ended) {
      return; // the process is gone
    }
  }

  private void write(byte[] bytes, int length) {
    try {
      if (Files.exists(file) && Files.size(file) + length > most) {
        Files.move(
            file,
            file.resolveSibling(file.getFileName() + ".1"),
            StandardCopyOption.REPLACE_EXISTING);
      }
      try (OutputStream out =
          Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        out.write(bytes, 0, length);
      }
    } catch (IOException full) {
      return;
    }
  }
}
