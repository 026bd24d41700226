package dev.freehold.vault.sign;

import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A manifest as an in-toto statement in JSON, which is what the signature covers.
///
/// Read strictly: of the fields that decide what is verified none may be missing, double or of
/// another type. Names must be in order, by code points as the specification says or part by part
/// as the reference implementation sorts. Source: OpenSSF Model Signing 1.0, sections 5 and 6;
/// in-toto Statement v1.
final class Statement {
  private static final String TYPE = "https://in-toto.io/Statement/v1";
  private static final String PREDICATE = "https://model_signing/signature/v1.0";
  private static final String HASH = "sha256";
  private static final int MAX_NAME = 4096;

  private Statement() {}

  static byte[] write(ModelManifest manifest) {
    JsonMapper mapper = JsonMapper.shared();
    ObjectNode root = mapper.createObjectNode();
    root.put("_type", TYPE);
    ObjectNode subject = root.putArray("subject").addObject();
    subject.put("name", manifest.name());
    subject.putObject("digest").put(HASH, manifest.root().hex());
    root.put("predicateType", PREDICATE);
    ObjectNode predicate = root.putObject("predicate");
    ArrayNode resources = predicate.putArray("resources");
    for (Resource resource : manifest.resources()) {
      resources
          .addObject()
          .put("name", resource.name())
          .put("digest", resource.digest().hex())
          .put("algorithm", HASH);
    }
    Serialization by = manifest.serialization();
    ObjectNode serialization = predicate.putObject("serialization");
    serialization.put("method", by.isSharded() ? "shards" : "files").put("hash_type", HASH);
    if (by.isSharded()) {
      serialization.put("shard_size", by.shardBytes());
    }
    serialization.put("allow_symlinks", by.allowSymlinks());
    ArrayNode ignored = serialization.putArray("ignore_paths");
    Serialization.ALWAYS_IGNORED.forEach(ignored::add);
    by.ignorePaths().stream()
        .filter(path -> !Serialization.ALWAYS_IGNORED.contains(path))
        .forEach(ignored::add);
    return mapper.writeValueAsBytes(root);
  }

  /// @throws VaultException where it is no statement over a model's files
  static ModelManifest read(byte[] payload) {
    JsonNode root;
    try {
      root =
          StrictJson.parse(
              payload,
              "the signed statement",
              new StrictJson.Limits(payload.length + 1L, 16, MAX_NAME * 2, 20, MAX_NAME));
    } catch (TensorException e) {
      throw new VaultException(String.valueOf(e.getMessage()), e);
    }
    require(text(root, "_type").equals(TYPE), "_type is not " + TYPE);
    String type = text(root, "predicateType");
    require(
        type.equals(PREDICATE),
        "predicateType is \"%s\", not %s".formatted(RelativePath.shown(type), PREDICATE));
    JsonNode subjects = root.path("subject");
    require(subjects.isArray() && subjects.size() == 1, "subject must be one, the model");
    String name = text(subjects.path(0), "name");
    require(!name.isEmpty(), "the subject has no name");
    Digest promised = digest(subjects.path(0).path("digest").path(HASH).asString(""));
    JsonNode predicate = root.path("predicate");
    Serialization serialization = serialization(predicate.path("serialization"));
    List<Resource> resources = resources(predicate.path("resources"), serialization);
    ModelManifest manifest = new ModelManifest(name, serialization, resources);
    require(
        manifest.root().equals(promised),
        "the digest of the model is not that of the files it lists");
    requireOrder(resources, serialization);
    return manifest;
  }

  private static Serialization serialization(JsonNode node) {
    String method = text(node, "method");
    String hash = text(node, "hash_type");
    require(
        hash.equals(HASH),
        "files are hashed by \"%s\", and only sha256 can be verified here"
            .formatted(RelativePath.shown(hash)));
    JsonNode size = node.path("shard_size");
    long shardBytes = 0;
    switch (method) {
      case "files" -> require(size.isMissingNode(), "shard_size is for shards");
      case "shards" -> {
        double length = size.isNumber() ? size.doubleValue() : 0; // protobuf writes 8 as 8.0
        boolean fits = length >= 1 && length < 1L << 53 && length == Math.rint(length);
        require(fits, "shard_size must be a positive number of bytes");
        shardBytes = (long) length;
      }
      default -> throw refused("method must be files or shards");
    }
    JsonNode links = node.path("allow_symlinks");
    require(links.isBoolean(), "allow_symlinks must be true or false");
    JsonNode ignored = node.path("ignore_paths");
    require(
        ignored.isMissingNode() || ignored.isArray() && ignored.size() <= 10_000,
        "ignore_paths must be a list of paths");
    List<String> paths = new ArrayList<>();
    for (JsonNode path : ignored) {
      require(path.isString(), "ignore_paths must be a list of paths");
      paths.add(path.stringValue());
    }
    return new Serialization(shardBytes, links.booleanValue(), paths);
  }

  private static List<Resource> resources(JsonNode listed, Serialization serialization) {
    String sharded = HASH + "-sharded-" + serialization.shardBytes();
    require(listed.isArray(), "resources must be a list of files");
    require(!listed.isEmpty(), "it lists no files: a signature over nothing says nothing");
    require(listed.size() <= ModelManifest.MAX_RESOURCES, "it lists too many files");
    List<Resource> resources = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (JsonNode each : listed) {
      String name = text(each, "name");
      if (!name.equals(ModelTree.ITSELF)) {
        RelativePath.require(name);
      }
      require(seen.add(name), "it lists \"%s\" twice".formatted(RelativePath.shown(name)));
      String algorithm = text(each, "algorithm");
      require(
          algorithm.equals(HASH) || serialization.isSharded() && algorithm.equals(sharded),
          "\"%s\" is hashed by \"%s\", not by the sha256 that it says of all"
              .formatted(RelativePath.shown(name), RelativePath.shown(algorithm)));
      resources.add(new Resource(name, digest(text(each, "digest"))));
    }
    return resources;
  }

  private static void requireOrder(List<Resource> resources, Serialization serialization) {
    List<String> names = resources.stream().map(Resource::name).toList();
    boolean isSorted =
        names.stream().sorted(ModelManifest.byCodePoints()).toList().equals(names)
            || names.stream().sorted(new ByParts(serialization.isSharded())).toList().equals(names);
    require(isSorted, "its files are not in order");
  }

  private static Digest digest(String hex) {
    try {
      return new Digest(hex);
    } catch (VaultException e) {
      throw new VaultException(
          "the signed statement holds what is no digest: " + e.getMessage(), e);
    }
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    require(value.isString(), field + " is missing or no text");
    return value.stringValue();
  }

  private static void require(boolean fits, String problem) {
    if (!fits) {
      throw refused(problem);
    }
  }

  private static VaultException refused(String problem) {
    return new VaultException("the signed statement is refused: " + problem);
  }
}
