package dev.freehold.agent.workspace;

import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// A folder's names and what they stand for, as bytes that its digest is taken of.
final class Listing {
  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(256L << 20, 4, 1 << 16, 32, 64);

  private Listing() {}

  /// One line of JSON for each name, in order.
  static byte[] write(SortedMap<String, Node> children) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (Map.Entry<String, Node> child : children.entrySet()) {
      Node node = child.getValue();
      all.addArray()
          .add(child.getKey())
          .add(node.kind().name())
          .add(node.mode())
          .add(node.modifiedNanos())
          .add(node.size())
          .add(node.digest());
    }
    return all.toString().getBytes(StandardCharsets.UTF_8);
  }

  /// The folder that a snapshot names, with all below it.
  ///
  /// @throws WorkspaceException where what is stored is no listing
  static Node read(ObjectStore store, int mode, String digest) {
    SortedMap<String, Node> children = new TreeMap<>();
    JsonNode all;
    try {
      all = StrictJson.parse(store.bytes(digest), "listing " + digest, LIMITS);
    } catch (TensorException failure) {
      throw new WorkspaceException("the snapshot is damaged: " + failure.getMessage(), failure);
    }
    for (JsonNode line : all) {
      String name = line.path(0).asString("");
      boolean isName =
          !name.isEmpty() && !name.equals(".") && !name.equals("..") && name.indexOf('/') < 0;
      String child = line.path(5).asString("");
      if (!isName || !Sha256.isDigest(child)) {
        throw new WorkspaceException("the snapshot is damaged: %s is no listing".formatted(digest));
      }
      children.put(name, node(store, line, child));
    }
    return Node.folder(mode, digest, children);
  }

  private static Node node(ObjectStore store, JsonNode line, String digest) {
    int mode = line.path(2).asInt(0) & 0777;
    return switch (line.path(1).asString("")) {
      case "FILE" -> Node.file(mode, line.path(3).asLong(0), line.path(4).asLong(0), digest);
      case "LINK" -> Node.link(digest);
      case "FOLDER" -> read(store, mode, digest);
      default -> throw new WorkspaceException("the snapshot is damaged: an unknown kind of file");
    };
  }
}
