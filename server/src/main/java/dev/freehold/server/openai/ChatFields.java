package dev.freehold.server.openai;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Input;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.Tool;
import dev.freehold.server.Exchange;
import dev.freehold.server.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Reads a request for a chat completion.
///
/// @param requests one for each choice
/// @param includeUsage whether a stream tells usage
/// @param returnProgress whether a stream tells how far the prompt is read
record ChatFields(
    List<ChatRequest> requests, boolean isStream, boolean includeUsage, boolean returnProgress) {
  static final int MAX_CHOICES = 64;

  private static final int MAX_OPTIONS = 100;

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
            SamplingFields.sampling(body),
            SamplingFields.ending(body, "max_completion_tokens", "max_tokens"),
            OutputFields.output(body, tools),
            exchange.caller());
    return new ChatFields(
        repeated(request, body.integer("n", 1, MAX_CHOICES, 1)),
        body.bool("stream", false),
        includeUsage(body),
        body.bool("return_progress", false));
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

  private static Map<String, JsonNode> templateOptions(Fields body) {
    Map<String, JsonNode> options = new LinkedHashMap<>();
    body.string("reasoning_effort")
        .ifPresent(effort -> {
          options.put("reasoning_effort", JsonNodeFactory.instance.stringNode(effort));
          options.put(
              "enable_thinking", JsonNodeFactory.instance.booleanNode(!effort.equals("none")));
        });
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
