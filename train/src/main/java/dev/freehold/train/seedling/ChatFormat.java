package dev.freehold.train.seedling;

import dev.freehold.text.Conversation;
import dev.freehold.train.TrainException;
import dev.freehold.train.data.TextDocument;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Seedling's chat format: turns between `<|im_start|>ROLE` and `<|im_end|>`, tools declared as
/// JSON lines in the system turn, calls as JSON between `<tool_call>` marks.
///
/// [#template] is the same format as a Jinja template; this class writes it without one, because
/// only here it is known which characters are trained on.
public final class ChatFormat {
  /// Begins a turn.
  public static final String START = "<|im_start|>";

  /// Ends a turn, and an answer.
  public static final String END = "<|im_end|>";

  /// Follows every document of a packed sequence.
  public static final String END_OF_TEXT = "<|endoftext|>";

  private static final String TEMPLATE = "chat_template.jinja";

  private final StringBuilder text = new StringBuilder();
  private final List<TextDocument.Span> trained = new ArrayList<>();

  private ChatFormat() {}

  /// The source of the Jinja template, without a line break at its end.
  public static String template() {
    try (InputStream in = ChatFormat.class.getResourceAsStream(TEMPLATE)) {
      if (in == null) {
        throw new TrainException("the resource " + TEMPLATE + " is missing: build Freehold anew");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Fails with a [TrainException] when a message spells a mark of the format.
  static TextDocument render(Document document) {
    return switch (document) {
      case Document.Plain plain -> {
        check(plain.text());
        yield new TextDocument(
            plain.text(), List.of(new TextDocument.Span(0, plain.text().length())));
      }
      case Document.Chat chat -> new ChatFormat().write(chat);
    };
  }

  /// The text that asks for the next turn of the assistant.
  static String prompt(Document.Chat chat) {
    return new ChatFormat().write(chat).text() + START + Role.ASSISTANT.label() + "\n";
  }

  /// The conversation as templates and the engine take it.
  ///
  /// @param isQuestion whether it ends where the assistant's answer begins
  static Conversation conversation(Document.Chat chat, boolean isQuestion) {
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    for (Message message : chat.messages()) {
      ObjectNode object = messages.addObject();
      object.put("role", message.role().label()).put("content", message.content());
      if (!message.toolCalls().isEmpty()) {
        ArrayNode calls = object.putArray("tool_calls");
        for (ToolCall call : message.toolCalls()) {
          ObjectNode function = calls.addObject().put("type", "function").putObject("function");
          function.put("name", call.name()).set("arguments", call.arguments());
        }
      }
    }
    Optional<JsonNode> tools = Optional.empty();
    if (!chat.tools().isEmpty()) {
      tools = Optional.of(JsonNodeFactory.instance.arrayNode().addAll(chat.tools()));
    }
    return new Conversation(messages, tools, Optional.empty(), isQuestion, Map.of());
  }

  private TextDocument write(Document.Chat chat) {
    boolean hasSystem =
        !chat.messages().isEmpty() && chat.messages().getFirst().role() == Role.SYSTEM;
    String system = hasSystem ? chat.messages().getFirst().content() : "";
    if (!system.isEmpty() || !chat.tools().isEmpty()) {
      text.append(START).append("system\n").append(checked(system));
      if (!chat.tools().isEmpty()) {
        text.append(system.isEmpty() ? "" : "\n\n").append("You can call these tools:\n<tools>\n");
        for (JsonNode tool : chat.tools()) {
          text.append(checked(JsonLine.of(tool.path("function")))).append('\n');
        }
        text.append("</tools>");
      }
      text.append(END).append('\n');
    }
    for (Message message : chat.messages().subList(hasSystem ? 1 : 0, chat.messages().size())) {
      turn(message);
    }
    return new TextDocument(text.toString(), trained);
  }

  private void turn(Message message) {
    text.append(START).append(message.role().label()).append('\n');
    int start = text.length();
    text.append(checked(message.content()));
    for (ToolCall call : message.toolCalls()) {
      text.append(text.length() > start ? "\n" : "").append(checked(toolCall(call)));
    }
    text.append(END);
    if (message.role() == Role.ASSISTANT) {
      trained.add(new TextDocument.Span(start, text.length()));
    }
    text.append('\n');
  }

  /// A call between its marks.
  static String toolCall(ToolCall call) {
    return "<tool_call>\n{\"name\": %s, \"arguments\": %s}\n</tool_call>"
        .formatted(
            JsonLine.of(JsonNodeFactory.instance.stringNode(call.name())),
            JsonLine.of(call.arguments()));
  }

  private static String checked(String part) {
    check(part);
    return part;
  }

  private static void check(String part) {
    for (String mark : List.of(START, END, END_OF_TEXT)) {
      int at = part.indexOf(mark);
      if (at >= 0) {
        throw new TrainException(
            "a message spells the mark %s at character %d; marks come from the format alone"
                .formatted(mark, at));
      }
    }
  }
}
