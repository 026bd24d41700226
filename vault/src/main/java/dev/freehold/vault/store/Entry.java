package dev.freehold.vault.store;

import dev.freehold.vault.Digest;
import java.util.Optional;

/// A manifest that a store's index lists.
///
/// @param name of a model; none of an attachment and of a former model
/// @param former the name that the model had until another took it
public record Entry(Optional<ModelName> name, Optional<ModelName> former, Descriptor manifest) {
  static Entry of(Descriptor descriptor) {
    return new Entry(Index.name(descriptor), Index.formerName(descriptor), descriptor);
  }

  public Digest digest() {
    return manifest.digest();
  }

  /// The name, or the former one with the digest's beginning.
  public String label() {
    return name.map(ModelName::toString)
        .orElseGet(() ->
            former.map(ModelName::toString).orElse("") + "@" + digest().hex().substring(0, 12));
  }
}
