package dev.freehold.vault.bundle;

import dev.freehold.vault.parity.ByteSource;
import java.io.IOException;
import java.util.function.LongConsumer;

/// What an export is written to, one file after the other: a tar file or a folder.
public interface Tree extends AutoCloseable {
  /// Adds a file.
  ///
  /// @param path with `/` between its parts
  /// @param progress is told how many bytes were written since it was last told
  void file(String path, boolean executable, ByteSource bytes, LongConsumer progress)
      throws IOException;

  /// Adds a symbolic link.
  void link(String path, String target) throws IOException;

  /// Makes all that was added last and gives it its name.
  void finish() throws IOException;

  /// Removes what was not finished.
  @Override
  void close() throws IOException;
}
