package dev.freehold.vault.store;

import dev.freehold.vault.Digest;
import java.nio.file.Path;
import java.util.Optional;

/// A file of this machine that is to be kept, and what it is called there.
///
/// @param path its name in the kept model
/// @param mayShare whether it is a blob of another store, which is never written to
/// @param expected what its own store says that it hashes to
public record SourceFile(
    Role role, String path, Path file, boolean mayShare, Optional<Digest> expected) {
  Content content(boolean alwaysCopy) {
    return new Content.OfFile(file, mayShare && !alwaysCopy, expected);
  }
}
