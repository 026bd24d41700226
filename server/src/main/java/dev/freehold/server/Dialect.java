package dev.freehold.server;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// A way to ask that clients know: its routes, and its words for what goes wrong.
public interface Dialect {
  List<Route> routes();

  /// The body of an error.
  JsonNode error(Problem problem, String requestId);

  /// What a stream of this dialect ends with when it breaks off, as it goes over the wire.
  String brokenOff(Problem problem, String requestId);
}
