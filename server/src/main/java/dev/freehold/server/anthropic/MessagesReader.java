package dev.freehold.server.anthropic;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// Reads `system` and `messages` of a Messages request.
///
/// Messages of the same role in a row become one. Results of tools leave the user's message and
/// become messages of their own, before what the user says with them. A line that begins a system
/// block with `x-anthropic-billing-header:` is left out: it concerns the vendor and changes with
/// every request, so that nothing computed for it could be used again.
final class MessagesReader {
  private static final int MAX_MESSAGES = 100_000;
  private static final int MAX_BLOCKS = 100_000;
  private static final String BILLING = "x-anthropic-billing-header:";

  private final List<Message> messages = new ArrayList<>();

  /// Names of the tools that were called, by the calls' ids.
  private final Map<String, String> calls = new HashMap<>();

  List<Message> read(Fields body) {
    List<Part> system = new ArrayList<>();
    for (String text : systemTexts(body)) {
      addText(system, withoutBilling(text));
    }
    if (!system.isEmpty()) {
      messages.add(new Message.System(system));
    }
    body.required("messages");
    List<Fields> turns = body.objects("messages", MAX_MESSAGES);
    if (turns.isEmpty()) {
      throw new ChatException(body.at("messages"), "is empty; at least one message is needed");
    }
    for (Fields turn : turns) {
      readTurn(turn);
    }
    checkLast(turns.getLast());
    return List.copyOf(messages);
  }

  /// A last message of the assistant is the begin of the answer, where it is text.
  private void checkLast(Fields turn) {
    if (messages.getLast() instanceof Message.Assistant last) {
      String text = Part.text(last.content());
      if (!last.toolCalls().isEmpty()) {
        throw new ChatException(
            turn.at("content"), "calls tools; send their results in a message of the user");
      }
      if (text.isEmpty() || !text.equals(text.stripTrailing())) {
        throw new ChatException(
            turn.at("content"),
            "the last message is the begin of the answer: expected text without white space at its"
                + " end");
      }
    }
  }

  private static String withoutBilling(String text) {
    int end = text.indexOf('\n');
    return text.startsWith(BILLING) ? end < 0 ? "" : text.substring(end + 1) : text;
  }

  private static List<String> systemTexts(Fields body) {
    Optional<JsonNode> system = body.value("system");
    if (system.isEmpty()) {
      return List.of();
    }
    if (system.get().isString()) {
      return List.of(system.get().stringValue());
    }
    List<String> texts = new ArrayList<>();
    for (Fields block : body.objects("system", MAX_BLOCKS)) {
      expectText(block);
      texts.add(block.requiredString("text"));
    }
    return texts;
  }

  private static void expectText(Fields block) {
    if (!block.requiredString("type").equals("text")) {
      throw new ChatException(block.at("type"), "expected text");
    }
  }

  private void readTurn(Fields turn) {
    String role = turn.requiredString("role");
    JsonNode content = turn.required("content");
    switch (role) {
      case "user" -> readUser(turn, content);
      case "assistant" -> readAssistant(turn, content);
      case "system" -> {
        List<Part> parts = new ArrayList<>();
        if (content.isString()) {
          addText(parts, content.stringValue());
        } else {
          for (Fields block : turn.objects("content", MAX_BLOCKS)) {
            expectText(block);
            addText(parts, block.requiredString("text"));
          }
        }
        messages.add(new Message.System(parts));
      }
      default -> throw new ChatException(turn.at("role"), "expected user, assistant or system");
    }
  }

  private static void addText(List<Part> parts, String text) {
    if (!text.isEmpty()) {
      parts.add(new Part.Text(text));
    }
  }

  private void readUser(Fields turn, JsonNode content) {
    List<Part> said = new ArrayList<>();
    boolean hasResult = false;
    if (content.isString()) {
      addText(said, content.stringValue());
    } else {
      for (Fields block : turn.objects("content", MAX_BLOCKS)) {
        if (block.requiredString("type").equals("tool_result")) {
          messages.add(result(block));
          hasResult = true;
        } else {
          said.add(shown(block));
        }
      }
      if (said.isEmpty() && hasResult) {
        return;
      }
    }
    if (!messages.isEmpty() && messages.getLast() instanceof Message.User before) {
      List<Part> both = new ArrayList<>(before.content());
      both.addAll(said);
      messages.set(messages.size() - 1, new Message.User(both));
    } else {
      messages.add(new Message.User(said));
    }
  }

  /// A block that a person or a tool shows to the model.
  private static Part shown(Fields block) {
    return block.requiredString("type").equals("image")
        ? image(block)
        : new Part.Text(shownText(block));
  }

  private static Part image(Fields block) {
    Fields source =
        block
            .object("source")
            .orElseThrow(() -> new ChatException(block.at("source"), "is missing"));
    return switch (source.requiredString("type")) {
      case "base64" -> {
        String mediaType = source.requiredString("media_type");
        String data = source.requiredString("data");
        yield Named.as(source, "data", "image", () -> Part.Image.of(mediaType, data));
      }
      case "url" -> {
        String url = source.requiredString("url");
        yield Named.as(source, "url", "image", () -> Part.Image.at(url));
      }
      default ->
          throw new ChatException(
              source.at("type"),
              "expected base64 or url, found " + Fields.shown(source.required("type")));
    };
  }

  /// The text of a block that a person or a tool shows to the model.
  private static String shownText(Fields block) {
    String type = block.requiredString("type");
    return switch (type) {
      case "text" -> block.requiredString("text");
      case "document" -> document(block);
      case "search_result" ->
          titled(
              List.of(block.requiredString("title"), block.requiredString("source")),
              texts(block, "content"));
      case "tool_reference" -> block.requiredString("tool_name");
      case "image" ->
          throw new ChatException(
              block.at("type"), "images are read in messages and in results of tools only");
      default ->
          throw new ChatException(
              block.at("type"),
              "blocks of the type %s are not supported here"
                  .formatted(Fields.shown(block.required("type"))));
    };
  }

  private static String document(Fields block) {
    Fields source =
        block
            .object("source")
            .orElseThrow(() -> new ChatException(block.at("source"), "is missing"));
    String type = source.requiredString("type");
    List<String> heads = new ArrayList<>();
    block.string("title").ifPresent(heads::add);
    block.string("context").ifPresent(heads::add);
    return switch (type) {
      case "text" -> titled(heads, source.requiredString("data"));
      case "content" -> {
        Optional<JsonNode> content = source.value("content").filter(JsonNode::isString);
        yield titled(
            heads, content.isPresent() ? content.get().stringValue() : texts(source, "content"));
      }
      default ->
          throw new ChatException(
              source.at("type"),
              "expected text or content, found %s; nothing is fetched and no file is converted here"
                  .formatted(Fields.shown(source.required("type"))));
    };
  }

  private static String titled(List<String> heads, String text) {
    List<String> lines = new ArrayList<>(heads);
    lines.add(text);
    return lines.stream().filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
  }

  private static boolean isImage(Fields block) {
    return block.requiredString("type").equals("image");
  }

  /// The texts of blocks; those of images are left to whoever asks for them.
  private static String texts(Fields holder, String field) {
    return holder.objects(field, MAX_BLOCKS).stream()
        .filter(block -> !isImage(block))
        .map(MessagesReader::shownText)
        .collect(Collectors.joining("\n"));
  }

  private Message result(Fields block) {
    String id = block.requiredString("tool_use_id");
    String name = calls.get(id);
    if (name == null) {
      throw new ChatException(
          block.at("tool_use_id"), "no tool_use block before it has this id; send that one too");
    }
    Optional<JsonNode> content = block.value("content");
    String text =
        content.isEmpty()
            ? ""
            : content.get().isString() ? content.get().stringValue() : texts(block, "content");
    List<Part> said = new ArrayList<>();
    said.add(new Part.Text(block.bool("is_error", false) ? "Error: " + text : text));
    if (content.isPresent() && !content.get().isString()) {
      block.objects("content", MAX_BLOCKS).stream()
          .filter(MessagesReader::isImage)
          .forEach(shown -> said.add(image(shown)));
    }
    return new Message.ToolResult(said, id, name);
  }

  private void readAssistant(Fields turn, JsonNode content) {
    List<Part> said = new ArrayList<>();
    List<String> thoughts = new ArrayList<>();
    List<ToolCall> toolCalls = new ArrayList<>();
    List<SealedThought> sealed = new ArrayList<>();
    if (messages.isEmpty() || !(messages.getLast() instanceof Message.Assistant before)) {
      messages.add(new Message.Assistant(List.of(), "", List.of()));
    } else {
      said.addAll(before.content());
      thoughts.add(before.reasoning());
      toolCalls.addAll(before.toolCalls());
      sealed.addAll(before.sealed());
    }
    if (content.isString()) {
      addText(said, content.stringValue());
    } else {
      for (Fields block : turn.objects("content", MAX_BLOCKS)) {
        switch (block.requiredString("type")) {
          case "thinking" -> {
            Optional<SealedThought> seal = sealed(block, said.size() + toolCalls.size());
            seal.ifPresent(sealed::add);
            thoughts.add(seal.map(SealedThought::text).orElseGet(() -> thought(block)));
          }
          case "redacted_thinking" ->
              CarriedSeal.decode(block.requiredString("data"), "", said.size() + toolCalls.size())
                  .ifPresent(sealed::add);
          case "tool_use" -> toolCalls.add(call(block));
          default -> said.add(new Part.Text(shownText(block)));
        }
      }
    }
    String reasoning =
        thoughts.stream().filter(text -> !text.isEmpty()).collect(Collectors.joining("\n"));
    messages.set(messages.size() - 1, new Message.Assistant(said, reasoning, toolCalls, sealed));
  }

  private static Optional<SealedThought> sealed(Fields block, int position) {
    String text = block.requiredString("thinking");
    return block
        .string("signature")
        .flatMap(signature -> CarriedSeal.decode(signature, text, position));
  }

  /// The text of a thinking block; where it was not told, what its signature carries.
  private static String thought(Fields block) {
    String text = block.requiredString("thinking");
    Optional<String> signature = block.string("signature");
    return text.isEmpty() ? signature.flatMap(CarriedThought::decode).orElse("") : text;
  }

  private ToolCall call(Fields block) {
    String id = block.requiredString("id");
    String name = block.requiredString("name");
    JsonNode input = block.required("input");
    if (name.isEmpty()) {
      throw new ChatException(block.at("name"), "is empty; name the tool");
    }
    if (!input.isObject()) {
      throw new ChatException(
          block.at("input"), "expected an object, found " + Fields.shown(input));
    }
    if (calls.put(id, name) != null) {
      throw new ChatException(block.at("id"), "another tool_use block has this id already");
    }
    return new ToolCall(id, name, input);
  }
}
