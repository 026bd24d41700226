package dev.freehold.chat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// What a model is asked to continue.
public sealed interface Input {
  /// A conversation, laid out by the model's chat template, that the model answers.
  ///
  /// @param templateOptions more variables for the template, such as `enable_thinking`
  record Conversation(
      List<Message> messages, List<Tool> tools, Map<String, JsonNode> templateOptions)
      implements Input {
    public Conversation {
      messages = List.copyOf(messages);
      tools = List.copyOf(tools);
      templateOptions = Collections.unmodifiableMap(new LinkedHashMap<>(templateOptions));
      if (messages.isEmpty()) {
        throw new ChatException("messages", "is empty; at least one message is needed");
      }
    }

    public static Conversation of(List<Message> messages) {
      return new Conversation(messages, List.of(), Map.of());
    }
  }

  /// Plain text that the model continues, without a template; special tokens in it are recognised.
  record Text(String text) implements Input {}

  /// Token ids that the model continues, as they are.
  record Tokens(List<Integer> ids) implements Input {
    public Tokens {
      ids = List.copyOf(ids);
      if (ids.isEmpty()) {
        throw new ChatException("prompt", "holds no token; at least one is needed");
      }
    }
  }
}
