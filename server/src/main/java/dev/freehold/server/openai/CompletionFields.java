package dev.freehold.server.openai;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Logprobs;
import dev.freehold.chat.Output;
import dev.freehold.chat.Sampling;
import dev.freehold.server.Exchange;
import dev.freehold.server.Fields;
import dev.freehold.server.wire.Receipts;
import dev.freehold.server.wire.SamplingFields;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/// Reads a request for completions.
///
/// @param requests for each prompt `candidates` in a row
/// @param prompts number of prompts
/// @param candidates answers to each prompt
/// @param choices how many of them are told, the likeliest first where not all are
/// @param isEmpty whether only the prompt is wanted, with `max_tokens` 0
record CompletionFields(
    List<ChatRequest> requests,
    int prompts,
    int candidates,
    int choices,
    boolean isStream,
    boolean includeUsage,
    boolean echo,
    boolean isEmpty,
    boolean tellsLogprobs) {
  private static final int MAX_PROMPTS = 256;
  private static final int MAX_REQUESTS = 512;
  private static final int MAX_LOGPROBS = 20;

  /// As OpenAI has it.
  private static final int DEFAULT_TOKENS = 16;

  static CompletionFields of(Exchange exchange) {
    Fields body = exchange.body();
    if (!body.string("suffix", "").isEmpty()) {
      throw new ChatException(
          Kind.NOT_SUPPORTED,
          "suffix",
          "filling in the middle is not supported; put what comes before into prompt");
    }
    boolean echo = body.bool("echo", false);
    boolean isStream = body.bool("stream", false);
    int choices = body.integer("n", 1, ChatFields.MAX_CHOICES, 1);
    int candidates = body.integer("best_of", 1, ChatFields.MAX_CHOICES, choices);
    if (candidates < choices || isStream && candidates > choices) {
      throw new ChatException(
          "best_of",
          isStream
              ? "a stream cannot tell the best of several answers; leave one of the two away"
              : "expected at least n, %d, found %d".formatted(choices, candidates));
    }
    OptionalInt logprobs = body.integer("logprobs", 0, MAX_LOGPROBS);
    boolean tells = logprobs.isPresent();
    boolean isEmpty = body.integer("max_tokens", 0, Integer.MAX_VALUE).orElse(1) == 0;
    Logprobs told = new Logprobs(tells || candidates > choices, echo && tells, logprobs.orElse(0));
    Output output =
        Receipts.asked(
            body, Output.AS_WRITTEN.withFormat(OutputFields.format(body)).withLogprobs(told));
    Sampling sampling = SamplingFields.read(body);
    Ending ending = ending(body, isEmpty);
    List<Input> inputs = Inputs.of(body, "prompt", MAX_PROMPTS);
    if (inputs.size() * candidates > MAX_REQUESTS) {
      throw new ChatException(
          "prompt",
          "%d prompts with %d answers each: expected at most %d answers"
              .formatted(inputs.size(), candidates, MAX_REQUESTS));
    }
    List<ChatRequest> requests = new ArrayList<>();
    for (Input input : inputs) {
      ChatRequest request =
          new ChatRequest(
              body.string("model", ""), input, sampling, ending, output, exchange.caller());
      requests.addAll(ChatFields.repeated(request, candidates));
    }
    return new CompletionFields(
        requests,
        inputs.size(),
        candidates,
        choices,
        isStream,
        ChatFields.includeUsage(body),
        echo,
        isEmpty,
        tells);
  }

  private static Ending ending(Fields body, boolean isEmpty) {
    if (isEmpty) {
      return Ending.NATURAL.withMaxTokens(1); // the engine writes one at least; it is not told
    }
    Ending ending = ChatFields.ending(body, "max_tokens", "max_completion_tokens");
    return ending.maxTokens().isPresent() ? ending : ending.withMaxTokens(DEFAULT_TOKENS);
  }

  /// Prompts and texts to embed: a string, token ids, or an array of either.
  static final class Inputs {
    private static final int MAX_TOKENS = 4 << 20;

    private Inputs() {}

    static List<Input> of(Fields body, String name, int max) {
      JsonNode value = body.required(name);
      if (value.isString()) {
        return List.of(new Input.Text(value.stringValue()));
      }
      List<JsonNode> elements = Fields.array(value, body.at(name), MAX_TOKENS);
      if (elements.isEmpty()) {
        throw new ChatException(body.at(name), "is empty; at least one text is needed");
      }
      if (elements.getFirst().isNumber()) {
        return List.of(tokens(elements, body.at(name)));
      }
      List<Input> inputs = new ArrayList<>();
      for (JsonNode element : Fields.array(value, body.at(name), max)) {
        String path = "%s[%d]".formatted(body.at(name), inputs.size());
        if (element.isString()) {
          inputs.add(new Input.Text(element.stringValue()));
        } else if (element.isArray()) {
          inputs.add(tokens(Fields.array(element, path, MAX_TOKENS), path));
        } else {
          throw new ChatException(
              path, "expected a string or an array of token ids, found " + Fields.shown(element));
        }
      }
      return inputs;
    }

    static Input.Tokens tokens(List<JsonNode> elements, String path) {
      if (elements.isEmpty()) {
        throw new ChatException(path, "holds no token; at least one is needed");
      }
      List<Integer> ids = new ArrayList<>(elements.size());
      for (JsonNode element : elements) {
        String at = "%s[%d]".formatted(path, ids.size());
        ids.add(Math.toIntExact(Fields.whole(element, at, 0, Integer.MAX_VALUE)));
      }
      return new Input.Tokens(ids);
    }
  }
}
