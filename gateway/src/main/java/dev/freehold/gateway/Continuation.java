package dev.freehold.gateway;

import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Part;
import dev.freehold.gateway.route.Ability;
import dev.freehold.gateway.route.Route;
import dev.freehold.gateway.route.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What another target is asked after a part of the answer was told: to go on with it.
///
/// @param request ends with what was told as the begin of the assistant's answer
/// @param white white space at the end of what was told, which is left out since no API takes it
record Continuation(ChatRequest request, String white) {
  private static final int CHARACTERS_PER_TOKEN = 4;

  /// @param told what the client was told of the answer
  static Continuation of(ChatRequest request, String told) {
    String begin = told.stripTrailing();
    String white = told.substring(begin.length());
    if (begin.isEmpty() || !(request.input() instanceof Input.Conversation asked)) {
      return new Continuation(request, white);
    }
    List<Message> messages = new ArrayList<>(asked.messages());
    if (messages.getLast() instanceof Message.Assistant before && before.toolCalls().isEmpty()) {
      messages.removeLast();
      begin = Part.text(before.content()) + begin;
    }
    messages.add(Message.assistant(begin));
    // Thinking comes before an answer, and this one has begun.
    Map<String, JsonNode> options = new LinkedHashMap<>(asked.templateOptions());
    JsonNodeFactory json = JsonNodeFactory.instance;
    options.put("enable_thinking", json.booleanNode(false));
    options.put("thinking", json.booleanNode(false));
    Input input = new Input.Conversation(messages, asked.tools(), options);
    Ending ending = request.ending();
    if (ending.maxTokens().isPresent()) {
      int used = begin.length() / CHARACTERS_PER_TOKEN;
      ending = ending.withMaxTokens(Math.max(1, ending.maxTokens().getAsInt() - used));
    }
    return new Continuation(
        new ChatRequest(
            request.model(), input, request.sampling(), ending, request.output(), request.caller()),
        white);
  }

  /// Whether a target may be asked after what the client was told: anything, where nothing was;
  /// nothing, after a call of a tool; else to go on, where route, target and answer allow it.
  static boolean canFollow(Target target, ChatRequest request, Route route, Delivery delivery) {
    if (delivery.hasToldCalls() || delivery.hasLogprobs() && !delivery.text().isEmpty()) {
      return false;
    }
    return delivery.text().isBlank()
        || route.delivery().continues()
            && target.abilities().contains(Ability.CONTINUE)
            && request.input() instanceof Input.Conversation
            && request.output().format() instanceof OutputFormat.Free;
  }
}
