package dev.freehold.text;

import dev.freehold.tensor.StrictJson;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a chat template renders: messages, tools, and options, as JSON in the order it was given.
///
/// @param messages array of objects with `role`, `content` and what else the template reads
/// @param tools array of tool definitions; templates see none when it is absent
/// @param documents array of documents to answer from; templates see none when it is absent
/// @param addGenerationPrompt whether the prompt ends with the begin of an answer
/// @param kwargs more variables for the template, such as `enable_thinking`
public record Conversation(
    JsonNode messages,
    Optional<JsonNode> tools,
    Optional<JsonNode> documents,
    boolean addGenerationPrompt,
    Map<String, JsonNode> kwargs) {
  private static final Set<String> FIELDS =
      Set.of("messages", "tools", "documents", "add_generation_prompt", "kwargs");

  /// What a file with a conversation may hold at most.
  public static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(64L << 20, 64, 64 << 20, 4300, 1 << 16);

  public Conversation {
    if (!messages.isArray()) {
      throw new TextException(
          "messages: expected an array, found "
              + messages.getNodeType().name().toLowerCase(Locale.ROOT));
    }
    kwargs = Collections.unmodifiableMap(new LinkedHashMap<>(kwargs));
  }

  /// Messages that ask for an answer, without tools or options.
  public static Conversation of(JsonNode messages) {
    return new Conversation(messages, Optional.empty(), Optional.empty(), true, Map.of());
  }

  /// One question of a user.
  public static Conversation ofUser(String question) {
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    messages.addObject().put("role", "user").put("content", question);
    return of(messages);
  }

  public Conversation withTools(JsonNode tools) {
    return new Conversation(messages, Optional.of(tools), documents, addGenerationPrompt, kwargs);
  }

  public Conversation withKwargs(Map<String, JsonNode> more) {
    Map<String, JsonNode> all = new LinkedHashMap<>(kwargs);
    all.putAll(more);
    return new Conversation(messages, tools, documents, addGenerationPrompt, all);
  }

  public Conversation withGenerationPrompt(boolean wanted) {
    return new Conversation(messages, tools, documents, wanted, kwargs);
  }

  /// Reads a file with either an array of messages or an object with `messages` and, optionally,
  /// `tools`, `documents`, `add_generation_prompt` (true if absent) and `kwargs`.
  public static Conversation read(Path file) {
    return parse(StrictJson.parse(file, LIMITS), file.toString());
  }

  /// @param source where the bytes come from, for errors
  public static Conversation read(byte[] bytes, String source) {
    return parse(StrictJson.parse(bytes, source, LIMITS), source);
  }

  /// @param source where the JSON comes from, for errors
  public static Conversation parse(JsonNode json, String source) {
    if (json.isArray()) {
      return of(json);
    }
    if (!json.isObject() || !json.has("messages")) {
      throw new TextException(
          source + ": expected an array of messages or an object with 'messages'");
    }
    for (String name : json.propertyNames()) {
      if (!FIELDS.contains(name)) {
        throw new TextException(
            "%s: unknown field '%s'; expected some of %s"
                .formatted(source, name, FIELDS.stream().sorted().toList()));
      }
    }
    JsonNode kwargs = json.path("kwargs");
    if (!kwargs.isMissingNode() && !(kwargs instanceof ObjectNode) && !kwargs.isNull()) {
      throw new TextException(source + ": kwargs: expected an object");
    }
    JsonNode generate = json.path("add_generation_prompt");
    if (!generate.isMissingNode() && !generate.isBoolean()) {
      throw new TextException(source + ": add_generation_prompt: expected true or false");
    }
    Map<String, JsonNode> more = new LinkedHashMap<>();
    kwargs.properties().forEach(field -> more.put(field.getKey(), field.getValue()));
    return new Conversation(
        json.get("messages"),
        present(json, "tools"),
        present(json, "documents"),
        generate.asBoolean(true),
        more);
  }

  private static Optional<JsonNode> present(JsonNode json, String name) {
    JsonNode node = json.path(name);
    return node.isMissingNode() || node.isNull() ? Optional.empty() : Optional.of(node);
  }
}
