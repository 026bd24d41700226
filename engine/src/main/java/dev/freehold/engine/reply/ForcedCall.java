package dev.freehold.engine.reply;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// How an answer can be made to be a call of one of some tools.
public sealed interface ForcedCall {
  /// The answer (behind any thoughts) must be one of these.
  record Grammar(List<Alternative> alternatives) implements ForcedCall {
    public Grammar {
      alternatives = List.copyOf(alternatives);
    }
  }

  /// The format has no calls that could be forced.
  ///
  /// @param reason in words for whoever asked
  record Unsupported(String reason) implements ForcedCall {}

  /// A call of one tool: a literal, the arguments, a literal.
  ///
  /// @param prefix may spell special tokens; it is the format's own text and to be trusted
  /// @param arguments the JSON Schema of what stands between; where it is absent the arguments are
  ///   not JSON, only the prefix can be forced, and the model writes on freely
  /// @param suffix may spell special tokens
  record Alternative(String tool, String prefix, Optional<JsonNode> arguments, String suffix) {}
}
