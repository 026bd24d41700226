package dev.freehold.vault.sign;

import dev.freehold.tensor.Sha256;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/// What is signed: all of a model's files by their digests, and how they were enumerated.
///
/// @param name of the model, for people
/// @param resources in order of their names
public record ModelManifest(String name, Serialization serialization, List<Resource> resources) {
  /// No model has more files or shards.
  static final int MAX_RESOURCES = 200_000;

  public ModelManifest {
    resources = List.copyOf(resources);
    if (resources.isEmpty()) {
      throw new VaultException("a signature over no file at all says nothing: refused");
    }
    if (resources.size() > MAX_RESOURCES) {
      throw new VaultException("more than %d files or shards: refused".formatted(MAX_RESOURCES));
    }
  }

  /// The order of names that the specification asks for: by code points.
  static Comparator<String> byCodePoints() {
    return (a, b) -> {
      int shorter = Math.min(a.length(), b.length());
      for (int i = 0; i < shorter; i++) {
        char x = a.charAt(i);
        char y = b.charAt(i);
        if (x != y) { // halves of pairs stand for code points above all single characters
          return Character.isSurrogate(x) == Character.isSurrogate(y)
              ? Character.compare(x, y)
              : Boolean.compare(Character.isSurrogate(x), Character.isSurrogate(y));
        }
      }
      return Integer.compare(a.length(), b.length());
    };
  }

  /// SHA-256 over the digests in their order. It does not cover the names, so it names a manifest
  /// and does not prove one.
  public Digest root() {
    MessageDigest all = Sha256.begin();
    for (Resource resource : resources) {
      all.update(HexFormat.of().parseHex(resource.digest().hex()));
    }
    return Digest.of(all.digest());
  }
}
