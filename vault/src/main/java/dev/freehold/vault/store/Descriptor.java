package dev.freehold.vault.store;

import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A reference to a blob: what it is, its digest and its size.
///
/// Source: OCI image specification 1.1, "OCI Content Descriptors".
public record Descriptor(
    String mediaType,
    Digest digest,
    long size,
    Map<String, String> annotations,
    Optional<String> artifactType) {
  private static final int MAX_ANNOTATIONS = 64;
  private static final int MAX_TYPE = 255;

  public Descriptor {
    annotations = Map.copyOf(annotations);
    if (size < 0 || mediaType.isEmpty() || mediaType.length() > MAX_TYPE) {
      throw new VaultException("a descriptor without a size or a media type");
    }
  }

  /// One without annotations.
  public static Descriptor of(String mediaType, Digest digest, long size) {
    return new Descriptor(mediaType, digest, size, Map.of(), Optional.empty());
  }

  public Descriptor with(Map<String, String> annotations) {
    return new Descriptor(mediaType, digest, size, annotations, artifactType);
  }

  /// @throws VaultException where a field is missing or not what it must be
  static Descriptor of(JsonNode node) {
    Digest digest = Digest.parse(text(node, "digest"));
    JsonNode size = node.path("size");
    if (!size.isIntegralNumber() || !size.canConvertToLong() || size.asLong() < 0) {
      throw new VaultException("size of " + digest + ": expected a number of bytes");
    }
    Optional<String> artifactType =
        node.has("artifactType") ? Optional.of(text(node, "artifactType")) : Optional.empty();
    return new Descriptor(
        text(node, "mediaType"),
        digest,
        size.asLong(),
        annotations(node.path("annotations")),
        artifactType);
  }

  static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isString()) {
      throw new VaultException(field + ": expected text");
    }
    return value.stringValue();
  }

  static Map<String, String> annotations(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return Map.of();
    }
    if (!node.isObject() || node.size() > MAX_ANNOTATIONS) {
      throw new VaultException("annotations: expected at most " + MAX_ANNOTATIONS + " texts");
    }
    Map<String, String> annotations = new TreeMap<>();
    node.forEachEntry((key, value) -> {
      if (!value.isString()) {
        throw new VaultException("annotations: expected text for each");
      }
      annotations.put(key, value.stringValue());
    });
    return annotations;
  }

  /// The same bytes for equal descriptors.
  ObjectNode toJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("mediaType", mediaType);
    artifactType.ifPresent(type -> node.put("artifactType", type));
    node.put("digest", digest.toString());
    node.put("size", size);
    putAnnotations(node, annotations);
    return node;
  }

  static void putAnnotations(ObjectNode node, Map<String, String> annotations) {
    if (!annotations.isEmpty()) {
      ObjectNode texts = node.putObject("annotations");
      new TreeMap<>(annotations).forEach(texts::put);
    }
  }
}
