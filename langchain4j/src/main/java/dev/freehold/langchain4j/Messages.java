package dev.freehold.langchain4j;

import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.ToolCall;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// LangChain4j's messages as turns of a conversation.
final class Messages {
  /// What stands before a tool's result that is an error, as in the dialect of Anthropic.
  private static final String ERROR = "Error: ";

  private Messages() {}

  static List<Message> of(Iterable<ChatMessage> messages) {
    List<Message> turns = new ArrayList<>();
    messages.forEach(message -> turns.add(of(message)));
    return turns;
  }

  /// @throws UnsupportedFeatureException where a message holds what a text model cannot read
  /// @throws InvalidRequestException where the arguments of a call are no JSON object
  static Message of(ChatMessage message) {
    return switch (message) {
      case SystemMessage system -> Message.system(system.text());
      case UserMessage user -> user(user);
      case AiMessage answer -> answer(answer);
      case ToolExecutionResultMessage result -> result(result);
      default -> throw unsupported("a message of type " + message.type());
    };
  }

  private static UnsupportedFeatureException unsupported(String what) {
    return new UnsupportedFeatureException(what + " is not supported");
  }

  private static Message user(UserMessage user) {
    if (user.name() != null) {
      throw unsupported("the name of a user message");
    }
    return new Message.User(parts(user.contents()));
  }

  private static List<Part> parts(List<Content> contents) {
    List<Part> parts = new ArrayList<>();
    for (Content content : contents) {
      if (!(content instanceof TextContent text)) {
        throw unsupported("content of type " + content.type());
      }
      parts.add(new Part.Text(text.text()));
    }
    return parts;
  }

  private static Message answer(AiMessage answer) {
    if (!answer.images().isEmpty()) {
      throw unsupported("an image of an answer");
    }
    String text = Objects.requireNonNullElse(answer.text(), "");
    return new Message.Assistant(
        text.isEmpty() ? List.of() : List.of(new Part.Text(text)),
        Objects.requireNonNullElse(answer.thinking(), ""),
        answer.toolExecutionRequests().stream().map(Messages::call).toList());
  }

  private static ToolCall call(ToolExecutionRequest call) {
    String arguments = Objects.requireNonNullElse(call.arguments(), "");
    JsonNode json;
    try {
      json =
          arguments.isBlank()
              ? JsonNodeFactory.instance.objectNode()
              : JsonMapper.shared().readTree(arguments);
    } catch (JacksonException e) {
      throw new InvalidRequestException(
          "the arguments of a call of %s are no JSON: %s"
              .formatted(call.name(), e.getOriginalMessage()),
          e);
    }
    return new ToolCall(Objects.requireNonNullElse(call.id(), ""), call.name(), json);
  }

  private static Message result(ToolExecutionResultMessage result) {
    List<Part> parts = new ArrayList<>(parts(result.contents()));
    if (Boolean.TRUE.equals(result.isError())) {
      parts.addFirst(new Part.Text(ERROR + Part.text(parts)));
      parts.subList(1, parts.size()).clear();
    }
    return new Message.ToolResult(
        parts,
        Objects.requireNonNullElse(result.id(), ""),
        Objects.requireNonNullElse(result.toolName(), ""));
  }
}
