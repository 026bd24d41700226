package dev.freehold.server.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Whether and how much a model is asked to think before it answers.
///
/// @param wanted empty where that is the model's choice
/// @param effort `low`, `medium` or `high`; empty where nothing is said
public record Thinking(Optional<Boolean> wanted, Optional<String> effort) {
  /// The model's choice.
  public static final Thinking UNSAID = new Thinking(Optional.empty(), Optional.empty());

  public static final Thinking OFF = new Thinking(Optional.of(false), Optional.empty());

  public static final Thinking ON = new Thinking(Optional.of(true), Optional.empty());

  /// Thinking with one of the efforts that the dialects know, from `none` and `minimal` to `xhigh`
  /// and `max`; empty where it is no effort.
  public static Optional<Thinking> ofEffort(String effort) {
    return switch (effort) {
      case "none" -> Optional.of(OFF);
      case "minimal", "low" -> Optional.of(on("low"));
      case "medium" -> Optional.of(on("medium"));
      case "high", "xhigh", "max" -> Optional.of(on("high"));
      default -> Optional.empty();
    };
  }

  private static Thinking on(String effort) {
    return new Thinking(Optional.of(true), Optional.of(effort));
  }

  /// The variables by which chat templates are told so: `enable_thinking` (Qwen and many others),
  /// `thinking` (DeepSeek, Granite) and `reasoning_effort` (gpt-oss).
  public Map<String, JsonNode> templateOptions() {
    JsonNodeFactory json = JsonNodeFactory.instance;
    Map<String, JsonNode> options = new LinkedHashMap<>();
    wanted.ifPresent(on -> {
      options.put("enable_thinking", json.booleanNode(on));
      options.put("thinking", json.booleanNode(on));
    });
    effort.ifPresent(value -> options.put("reasoning_effort", json.stringNode(value)));
    return options;
  }
}
