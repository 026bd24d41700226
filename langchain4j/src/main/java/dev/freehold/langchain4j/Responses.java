package dev.freehold.langchain4j;

import dev.freehold.api.Answer;
import dev.freehold.api.CalledTool;
import dev.freehold.chat.ChatException;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.ArrayList;
import java.util.List;

/// Answers as LangChain4j's responses.
///
/// A call that broke off in the middle of its arguments is told as text: programs run what stands
/// among the calls.
final class Responses {
  private Responses() {}

  /// @param model the name of the model that answered
  static ChatResponse of(Answer answer, String model) {
    List<ToolExecutionRequest> calls = new ArrayList<>();
    StringBuilder text = new StringBuilder(answer.text());
    for (CalledTool call : answer.calls()) {
      if (isWhole(call)) {
        calls.add(request(call));
      } else {
        text.append(broken(call));
      }
    }
    AiMessage.Builder message = AiMessage.builder().toolExecutionRequests(calls);
    if (!text.isEmpty() || calls.isEmpty()) {
      message.text(text.toString());
    }
    if (!answer.reasoning().isEmpty()) {
      message.thinking(answer.reasoning());
    }
    return ChatResponse.builder()
        .aiMessage(message.build())
        .metadata(metadata(answer, model))
        .build();
  }

  private static FreeholdChatResponseMetadata metadata(Answer answer, String model) {
    return FreeholdChatResponseMetadata.builder(answer.usage())
        .stop(answer.end().stop())
        .modelName(model)
        .tokenUsage(
            new TokenUsage(answer.usage().promptTokens(), answer.usage().completionTokens()))
        .finishReason(reason(answer))
        .build();
  }

  private static FinishReason reason(Answer answer) {
    return switch (answer.reason()) {
      case END, STOP_STRING -> FinishReason.STOP;
      case TOOL_CALLS -> FinishReason.TOOL_EXECUTION;
      case MAX_TOKENS, CONTEXT_FULL -> FinishReason.LENGTH;
      case REFUSED -> FinishReason.CONTENT_FILTER;
      case CANCELLED -> FinishReason.OTHER;
    };
  }

  static ToolExecutionRequest request(CalledTool call) {
    return ToolExecutionRequest.builder()
        .id(call.id())
        .name(call.name())
        .arguments(call.arguments())
        .build();
  }

  static boolean isWhole(CalledTool call) {
    try {
      return call.json().isObject();
    } catch (ChatException brokenOff) {
      return false;
    }
  }

  /// A call that is none, as text.
  static String broken(CalledTool call) {
    return call.name() + " " + call.arguments();
  }
}
