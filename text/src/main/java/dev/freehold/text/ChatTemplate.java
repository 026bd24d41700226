package dev.freehold.text;

import dev.freehold.text.jinja.Template;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The Jinja template of a model that lays out a conversation as the prompt the model was trained
/// on.
///
/// Templates come with model files and are not trusted to be harmless: they see only the
/// conversation, cannot reach anything else, and are stopped when they take too many steps or too
/// much memory. What the template itself writes is trusted to spell special tokens; what comes from
/// messages, tools and options is not, through all filters and string operations. Immutable.
public final class ChatTemplate {
  private final String source;
  private final Template template;

  private ChatTemplate(String source, Template template) {
    this.source = source;
    this.template = template;
  }

  /// Fails with a [TextException] that names the line.
  public static ChatTemplate parse(String source) {
    return new ChatTemplate(source, Template.parse(source));
  }

  /// The template as the model file has it.
  public String source() {
    return source;
  }

  /// Renders a conversation.
  ///
  /// Templates see `messages`, `tools` and `documents` (none if absent), `add_generation_prompt`,
  /// `bos_token` and `eos_token` (undefined if absent) and every option by its name.
  ///
  /// Fails with a [TextException] that names the line of the template: also when the template
  /// itself refuses the conversation, in its own words.
  ///
  /// @param bosToken the text of the token that begins a prompt
  /// @param eosToken the text of the token that ends an answer
  /// @param now what `strftime_now` tells
  public Prompt render(
      Conversation conversation,
      Optional<String> bosToken,
      Optional<String> eosToken,
      LocalDateTime now) {
    JsonNode none = JsonNodeFactory.instance.nullNode();
    Map<String, JsonNode> untrusted = new LinkedHashMap<>();
    untrusted.put("messages", conversation.messages());
    untrusted.put("tools", conversation.tools().orElse(none));
    untrusted.put("documents", conversation.documents().orElse(none));
    untrusted.put(
        "add_generation_prompt",
        JsonNodeFactory.instance.booleanNode(conversation.addGenerationPrompt()));
    untrusted.putAll(conversation.kwargs());
    Map<String, String> trusted = new LinkedHashMap<>();
    bosToken.ifPresent(token -> trusted.put("bos_token", token));
    eosToken.ifPresent(token -> trusted.put("eos_token", token));
    return template.render(untrusted, trusted, now);
  }
}
