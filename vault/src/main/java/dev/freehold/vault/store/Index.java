package dev.freehold.vault.store;

import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a store names: models under their names, former ones that a name has moved on from, and
/// attachments; oldest first.
///
/// Source: OCI image specification 1.1, "OCI Image Index" and "OCI Image Layout".
record Index(List<Descriptor> entries) {
  /// The annotation that holds a name, as every tool for OCI layouts reads it.
  static final String NAME = "org.opencontainers.image.ref.name";

  /// The annotation that holds the name that an entry had.
  static final String FORMER = "dev.freehold.former-name";

  /// The annotation that holds the digest of the entries, so that no bit of the file can change
  /// unseen.
  static final String CHECK = "dev.freehold.entries";

  static final String MEDIA_TYPE = "application/vnd.oci.image.index.v1+json";
  static final int MAX_BYTES = 16 << 20;

  private static final int MAX_ENTRIES = 50_000;
  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(MAX_BYTES, 16, 65536, 20, 512);

  Index {
    entries = List.copyOf(entries);
  }

  static Index empty() {
    return new Index(List.of());
  }

  static Index parse(byte[] bytes, String source) {
    try {
      JsonNode root = StrictJson.parse(bytes, source, LIMITS);
      if (root.path("schemaVersion").asInt(0) != 2) {
        throw new VaultException("schemaVersion: expected 2");
      }
      JsonNode list = root.path("manifests");
      if (!list.isArray() || list.size() > MAX_ENTRIES) {
        throw new VaultException("manifests: expected a list of at most " + MAX_ENTRIES);
      }
      List<Descriptor> entries = new ArrayList<>();
      list.forEach(entry -> entries.add(Descriptor.of(entry)));
      Index index = new Index(entries);
      index.requireDistinctNames();
      return index;
    } catch (TensorException | VaultException broken) {
      throw new VaultException(
          VaultException.Reason.DAMAGED,
          source + ": not an index that can be used: " + broken.getMessage(),
          broken);
    }
  }

  private void requireDistinctNames() {
    Map<String, Digest> seen = new HashMap<>();
    for (Descriptor entry : entries) {
      String name = entry.annotations().get(NAME);
      if (name != null && seen.putIfAbsent(name, entry.digest()) != null) {
        throw new VaultException("manifests: a name stands twice");
      }
    }
  }

  byte[] toBytes() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("schemaVersion", 2);
    root.put("mediaType", MEDIA_TYPE);
    ArrayNode list = root.putArray("manifests");
    entries.forEach(entry -> list.add(entry.toJson()));
    root.putObject("annotations").put(CHECK, "sha256:" + Sha256.of(list.toString()));
    return (root.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /// The name of an entry; empty where it has none or one that Freehold would not give.
  static Optional<ModelName> name(Descriptor entry) {
    return name(entry, NAME);
  }

  static Optional<ModelName> formerName(Descriptor entry) {
    return name(entry, FORMER);
  }

  private static Optional<ModelName> name(Descriptor entry, String annotation) {
    try {
      return Optional.ofNullable(entry.annotations().get(annotation)).map(ModelName::parse);
    } catch (VaultException notOurs) {
      return Optional.empty();
    }
  }

  Optional<Descriptor> find(ModelName name) {
    return entries.stream().filter(entry -> name(entry).equals(Optional.of(name))).findFirst();
  }

  /// With the name on this manifest; what had it before stays, as its former.
  Index withName(ModelName name, Descriptor manifest) {
    for (Descriptor entry : entries) {
      name(entry)
          .filter(name::isTwinOf)
          .ifPresent(twin -> {
            throw new VaultException(
                "the name %s differs from %s by case only; take that one".formatted(name, twin));
          });
    }
    List<Descriptor> changed = new ArrayList<>();
    for (Descriptor entry : entries) {
      if (!name(entry).equals(Optional.of(name))) {
        boolean isSameFormer =
            entry.digest().equals(manifest.digest()) && formerName(entry).equals(Optional.of(name));
        if (!isSameFormer) {
          changed.add(entry);
        }
      } else if (!entry.digest().equals(manifest.digest())) {
        changed.add(entry.with(Map.of(FORMER, name.toString())));
      }
    }
    changed.add(manifest.with(Map.of(NAME, name.toString())));
    return new Index(changed);
  }

  /// With an attachment, which has no name.
  Index withAttachment(Descriptor manifest) {
    List<Descriptor> changed = new ArrayList<>(entries);
    changed.removeIf(entry -> entry.digest().equals(manifest.digest()));
    changed.add(manifest);
    return new Index(changed);
  }

  /// Without those entries.
  Index without(List<Descriptor> gone) {
    List<Descriptor> changed = new ArrayList<>(entries);
    changed.removeAll(gone);
    return new Index(changed);
  }
}
