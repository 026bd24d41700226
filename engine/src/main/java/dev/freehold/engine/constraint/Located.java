package dev.freehold.engine.constraint;

import tools.jackson.databind.JsonNode;

/// A part of a schema and where it stands.
///
/// @param pointer a JSON pointer (RFC 6901) from the schema's root
record Located(JsonNode node, String pointer) {
  Located at(String name) {
    return new Located(node.path(name), pointer + "/" + escaped(name));
  }

  Located at(int index) {
    return new Located(node.path(index), pointer + "/" + index);
  }

  boolean has(String name) {
    return node.has(name);
  }

  /// Where a member stands.
  String pointerTo(String name) {
    return pointer + "/" + escaped(name);
  }

  static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
