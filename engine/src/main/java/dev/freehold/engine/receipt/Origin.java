package dev.freehold.engine.receipt;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// What receipts say of where an answer comes from, beside what the engine knows itself.
public interface Origin {
  /// Of models whose files nobody names; asking for a receipt is an error.
  Origin UNKNOWN =
      new Origin() {
        @Override
        public String engineVersion() {
          return "";
        }

        @Override
        public CompletableFuture<List<ModelFile>> files() {
          throw new ChatException(
              Kind.NOT_SUPPORTED, "freehold.receipt", "no receipts are given for this model");
        }
      };

  /// The version of this program.
  String engineVersion();

  /// All files that decide what the model writes, in a fixed order. Hashing them may take minutes
  /// the first time; it begins now where it has not begun.
  ///
  /// Fails with a [dev.freehold.engine.EngineException] where they cannot be read, or are no longer
  /// what was opened.
  CompletableFuture<List<ModelFile>> files();

  /// The signature under a receipt, where receipts are signed.
  ///
  /// @param digest of the receipt, [Receipt#digest]
  default Optional<Signature> sign(String digest) {
    return Optional.empty();
  }
}
