package dev.freehold.server;

import tools.jackson.databind.node.ObjectNode;

/// Takes what happened, one JSON object for each request and each answer; never a key, and what
/// people wrote only where it is asked for.
public interface RequestLog {
  void line(ObjectNode line);

  /// Whether the bodies of requests are wanted too.
  default boolean wantsPrompts() {
    return false;
  }

  RequestLog NONE = line -> {};
}
