package dev.freehold.train.seedling;

import dev.freehold.train.data.TextDocument;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// One document of the corpus.
public sealed interface Document {
  /// The source that made it, such as `stories`.
  String source();

  /// Text without roles, all of which is trained on.
  record Plain(String source, String text) implements Document {}

  /// A conversation, of which the assistant's turns are trained on.
  ///
  /// @param tools definitions as in the chat APIs: objects with `type` and `function`
  record Chat(String source, List<JsonNode> tools, List<Message> messages) implements Document {
    public Chat {
      tools = List.copyOf(tools);
      messages = List.copyOf(messages);
    }
  }

  /// The document as text. Trained on are, of a conversation, the assistant's turns, each with the
  /// mark that ends it; `<|im_start|>` and `<|im_end|>` in it are always marks of the format, never
  /// words of a message.
  default TextDocument render() {
    return ChatFormat.render(this);
  }
}
