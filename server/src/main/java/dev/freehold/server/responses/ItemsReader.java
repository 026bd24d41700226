package dev.freehold.server.responses;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.SealedThought;
import dev.freehold.chat.ToolCall;
import dev.freehold.server.Fields;
import dev.freehold.server.wire.CarriedSeal;
import dev.freehold.server.wire.CarriedThought;
import dev.freehold.server.wire.Named;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// Reads `instructions` and `input` of a Responses request: a text, or a list of items.
///
/// Reasoning, messages of the assistant and calls in a row become one message of the assistant.
/// Encrypted reasoning of other vendors cannot be read and is left out; items that tell of calls
/// which a vendor ran itself hold nothing for the model and are left out too.
final class ItemsReader {
  private static final int MAX_ITEMS = 100_000;
  private static final JsonMapper MAPPER = JsonMapper.shared();

  /// Items about what a vendor's service did, without text.
  private static final Set<String> SERVICE_ITEMS =
      Set.of(
          "web_search_call",
          "file_search_call",
          "image_generation_call",
          "code_interpreter_call",
          "mcp_list_tools",
          "tool_search_call",
          "tool_search_output");

  private final List<Message> messages = new ArrayList<>();
  private final Map<String, String> calls = new HashMap<>();
  private final Set<String> answered = new HashSet<>();

  private final List<Part> said = new ArrayList<>();
  private final List<String> thoughts = new ArrayList<>();
  private final List<SealedThought> sealed = new ArrayList<>();
  private final List<ToolCall> toolCalls = new ArrayList<>();

  List<Message> read(Fields body) {
    body.string("instructions")
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> messages.add(Message.system(text)));
    JsonNode input = body.required("input");
    if (input.isString()) {
      messages.add(Message.user(input.stringValue()));
    } else {
      for (Fields item : body.objects("input", MAX_ITEMS)) {
        read(item, item.string("type", "message"));
      }
      endTurn();
    }
    if (messages.isEmpty()) {
      throw new ChatException(body.at("input"), "is empty; at least one item is needed");
    }
    return List.copyOf(messages);
  }

  private void read(Fields item, String type) {
    switch (type) {
      case "message" -> message(item);
      case "reasoning" -> reasoning(item);
      case "function_call" -> call(item, arguments(item.requiredString("arguments")));
      case "custom_tool_call" -> call(item, ToolSet.arguments(item.requiredString("input")));
      case "function_call_output", "custom_tool_call_output" -> result(item);
      case "item_reference" ->
          throw new ChatException(
              item.at("type"), "nothing is stored here to refer to; send the item itself");
      default -> {
        if (!SERVICE_ITEMS.contains(type)) {
          throw new ChatException(
              item.at("type"),
              "items of the type %s are not supported here"
                  .formatted(Fields.shown(item.required("type"))));
        }
      }
    }
  }

  private void message(Fields item) {
    String role = item.requiredString("role");
    List<Part> parts = parts(item, "content");
    switch (role) {
      case "assistant" -> said.addAll(parts);
      case "user" -> add(new Message.User(parts));
      case "system" -> add(new Message.System(parts));
      case "developer" -> add(new Message.Developer(parts));
      default ->
          throw new ChatException(
              item.at("role"),
              "expected user, assistant, system or developer, found "
                  + Fields.shown(item.required("role")));
    }
  }

  private void add(Message message) {
    endTurn();
    messages.add(message);
  }

  /// Ends the assistant's turn, where there is one.
  private void endTurn() {
    String reasoning =
        thoughts.stream().filter(text -> !text.isEmpty()).collect(Collectors.joining("\n"));
    if (!said.isEmpty() || !reasoning.isEmpty() || !toolCalls.isEmpty()) {
      messages.add(new Message.Assistant(said, reasoning, toolCalls, sealed));
    }
    said.clear();
    thoughts.clear();
    sealed.clear();
    toolCalls.clear();
  }

  private static List<Part> parts(Fields holder, String field) {
    JsonNode content = holder.required(field);
    if (content.isString()) {
      return List.of(new Part.Text(content.stringValue()));
    }
    return holder.objects(field, MAX_ITEMS).stream().map(ItemsReader::part).toList();
  }

  private static Part part(Fields part) {
    return switch (part.requiredString("type")) {
      case "input_text", "output_text", "text" -> new Part.Text(part.requiredString("text"));
      case "refusal" -> new Part.Text(part.requiredString("refusal"));
      case "input_image" -> image(part);
      default ->
          throw new ChatException(
              part.at("type"),
              "expected input_text, output_text or input_image, found "
                  + Fields.shown(part.required("type")));
    };
  }

  private static Part image(Fields part) {
    if (!part.has("image_url")) {
      throw new ChatException(part.at("image_url"), "is missing; files are not stored here");
    }
    String url = part.requiredString("image_url");
    return Named.as(part, "image_url", "image", () -> Part.Image.ofUrl(url));
  }

  private void reasoning(Fields item) {
    String told = thought(item);
    Optional<SealedThought> seal =
        item.string("encrypted_content")
            .flatMap(text -> CarriedSeal.decode(text, told, said.size() + toolCalls.size()));
    seal.ifPresent(sealed::add);
    thoughts.add(seal.map(SealedThought::text).orElse(told));
  }

  private static String thought(Fields item) {
    StringBuilder text = new StringBuilder();
    for (Fields part : item.objects("content", MAX_ITEMS)) {
      text.append(part.requiredString("text"));
    }
    if (!text.isEmpty()) {
      return text.toString();
    }
    Optional<String> carried = item.string("encrypted_content").flatMap(CarriedThought::decode);
    if (carried.isPresent()) {
      return carried.get();
    }
    for (Fields part : item.objects("summary", MAX_ITEMS)) {
      text.append(part.requiredString("text"));
    }
    return text.toString();
  }

  private void call(Fields item, JsonNode arguments) {
    String id = item.requiredString("call_id");
    String name = item.requiredString("name");
    if (name.isEmpty()) {
      throw new ChatException(item.at("name"), "is empty; name the tool");
    }
    String seen = ToolSet.seenName(item.string("namespace", ""), name);
    if (calls.put(id, seen) != null) {
      throw new ChatException(item.at("call_id"), "another call has this id already");
    }
    toolCalls.add(new ToolCall(id, seen, arguments));
  }

  /// The arguments of a call. Those of a call that broke off are no JSON; they stand under one key,
  /// so that the conversation can go on.
  private static JsonNode arguments(String text) {
    try {
      JsonNode read = MAPPER.readTree(text);
      if (read.isObject()) {
        return read;
      }
    } catch (JacksonException e) {
      return ToolSet.arguments(text);
    }
    return text.isEmpty() ? JsonNodeFactory.instance.objectNode() : ToolSet.arguments(text);
  }

  private void result(Fields item) {
    String id = item.requiredString("call_id");
    String name = calls.get(id);
    if (name == null) {
      throw new ChatException(
          item.at("call_id"), "no call before it has this id; send the call too");
    }
    if (!answered.add(id)) {
      throw new ChatException(item.at("call_id"), "another output answers this call already");
    }
    add(new Message.ToolResult(parts(item, "output"), id, name));
  }
}
