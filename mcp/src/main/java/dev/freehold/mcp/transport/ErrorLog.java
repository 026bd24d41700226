package dev.freehold.mcp.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// What a program writes to its standard error: the beginning into a file, the end kept for errors.
final class ErrorLog {
  private static final int MOST_FILE_BYTES = 1 << 20;
  private static final int TAIL_BYTES = 2_000;
  private static final String CUT = "\n[more is not kept]\n";

  private final Path file;
  private final byte[] tail = new byte[TAIL_BYTES];
  private int tailLength;
  private long written;

  /// @param file is begun anew
  ErrorLog(Path file) {
    this.file = file;
  }

  /// Reads until the stream ends; what cannot be written is not kept.
  void drain(InputStream errors) {
    byte[] buffer = new byte[8 << 10];
    try (OutputStream out = open()) {
      for (int read = errors.read(buffer); read >= 0; read = errors.read(buffer)) {
        keepEnd(buffer, read);
        keepBeginning(out, buffer, read);
      }
    } catch (IOException ended) {
      // with the program, or with the disk: the end that is kept says what there was
    }
  }

  private OutputStream open() throws IOException {
    return Files.newOutputStream(
        file,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
  }

  private void keepBeginning(OutputStream out, byte[] bytes, int length) throws IOException {
    if (written > MOST_FILE_BYTES) {
      return;
    }
    written += length;
    out.write(bytes, 0, length);
    if (written > MOST_FILE_BYTES) {
      out.write(CUT.getBytes(StandardCharsets.UTF_8));
    }
    out.flush();
  }

  private synchronized void keepEnd(byte[] bytes, int length) {
    int kept = Math.min(length, tail.length);
    int before = Math.min(tailLength, tail.length - kept);
    System.arraycopy(tail, tailLength - before, tail, 0, before);
    System.arraycopy(bytes, length - kept, tail, before, kept);
    tailLength = before + kept;
  }

  /// The end of what was written.
  synchronized String tail() {
    return new String(tail, 0, tailLength, StandardCharsets.UTF_8).strip();
  }
}
