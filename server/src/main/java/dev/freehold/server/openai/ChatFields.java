package dev.freehold.server.openai;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.Tool;
import dev.freehold.server.Exchange;
import dev.freehold.server.Fields;
import dev.freehold.server.wire.SamplingFields;
import dev.freehold.server.wire.Thinking;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Reads a request for a chat completion.
///
/// @param requests one for each choice
/// @param includeUsage whether a stream tells usage
/// @param returnProgress whether a stream tells how far the prompt is read
record ChatFields(
    List<ChatRequest> requests, boolean isStream, boolean includeUsage, boolean returnProgress) {
  static final int MAX_CHOICES = 64;

  private static final int MAX_OPTIONS = 100;
  private static final int MAX_STOPS = 64;

  /// Variables that templates get from the server; a request must not replace them.
  private static final Set<String> RESERVED =
      Set.of(
          "messages",
          "tools",
          "documents",
          "bos_token",
          "eos_token",
          "add_generation_prompt",
          "chat_template",
          "tokenize",
          "raise_exception",
          "strftime_now",
          "namespace",
          "range",
          "loop");

  static ChatFields of(Exchange exchange) {
    Fields body = exchange.body();
    List<Tool> tools = OutputFields.tools(body);
    ChatRequest request =
        new ChatRequest(
            body.string("model", ""),
            new Input.Conversation(MessageFields.messages(body), tools, templateOptions(body)),
            SamplingFields.read(body),
            ending(body, "max_completion_tokens", "max_tokens")
                .withMaxThoughtTokens(thoughtBudget(body)),
            OutputFields.output(body, tools),
            exchange.caller());
    return new ChatFields(
        repeated(request, body.integer("n", 1, MAX_CHOICES, 1)),
        body.bool("stream", false),
        includeUsage(body),
        body.bool("return_progress", false));
  }

  /// @param lengthNames fields that say how many tokens an answer has at most, the first counts
  static Ending ending(Fields body, String... lengthNames) {
    OptionalInt most = OptionalInt.empty();
    for (String name : lengthNames) {
      if (most.isEmpty()) {
        most = body.integer(name, 1, Integer.MAX_VALUE);
      }
    }
    List<String> stop = body.strings("stop", MAX_STOPS);
    return new Ending(stop.stream().filter(text -> !text.isEmpty()).toList(), most);
  }

  /// As llama.cpp, vLLM and Qwen's own service call it; -1 says nothing.
  private static OptionalInt thoughtBudget(Fields body) {
    for (String name :
        List.of(
            "thinking_budget_tokens",
            "reasoning_budget_tokens",
            "thinking_token_budget",
            "thinking_budget")) {
      OptionalInt budget = body.integer(name, -1, Integer.MAX_VALUE);
      if (budget.isPresent() && budget.getAsInt() >= 0) {
        return budget;
      }
    }
    return OptionalInt.empty();
  }

  static boolean includeUsage(Fields body) {
    return body.object("stream_options")
        .map(options -> options.bool("include_usage", false))
        .orElse(false);
  }

  /// The same request several times, each with a seed of its own where one is said.
  static List<ChatRequest> repeated(ChatRequest request, int times) {
    List<ChatRequest> requests = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      Sampling sampling = request.sampling();
      int choice = i;
      requests.add(
          sampling
              .seed()
              .map(seed -> request.withSampling(sampling.withSeed(seed + choice)))
              .orElse(request));
    }
    return requests;
  }

  private static Thinking thinking(Fields body, String effort) {
    return Thinking.ofEffort(effort)
        .orElseThrow(() ->
            new ChatException(
                body.at("reasoning_effort"),
                "expected none, minimal, low, medium, high, xhigh or max, found "
                    + Fields.shown(body.required("reasoning_effort"))));
  }

  private static Map<String, JsonNode> templateOptions(Fields body) {
    Map<String, JsonNode> options = new LinkedHashMap<>();
    body.string("reasoning_effort")
        .ifPresent(effort -> options.putAll(thinking(body, effort).templateOptions()));
    body.object("chat_template_kwargs")
        .ifPresent(kwargs -> {
          if (kwargs.object().size() > MAX_OPTIONS) {
            throw new ChatException(
                "chat_template_kwargs",
                "expected at most %d, found %d".formatted(MAX_OPTIONS, kwargs.object().size()));
          }
          kwargs
              .object()
              .properties()
              .forEach(option -> {
                if (RESERVED.contains(option.getKey())) {
                  throw new ChatException(
                      kwargs.at(option.getKey()), "is the server's own variable; send another one");
                }
                options.put(option.getKey(), option.getValue());
              });
        });
    return options;
  }
}
