package dev.freehold.vault.store;

import dev.freehold.vault.Digest;
import java.nio.file.Path;
import java.util.Optional;

/// What is to be kept: a file of this machine, or bytes.
public sealed interface Content {
  /// A file.
  ///
  /// @param mayShare whether its owner never writes to it, as the blobs of other stores, so that it
  ///   may become a second name of it
  /// @param expected what it hashes to, where its owner says so
  record OfFile(Path file, boolean mayShare, Optional<Digest> expected) implements Content {}

  /// Bytes in memory.
  record OfBytes(byte[] bytes) implements Content {}
}
