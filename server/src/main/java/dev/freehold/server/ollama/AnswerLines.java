package dev.freehold.server.ollama;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.TokenLogprob;
import dev.freehold.chat.Usage;
import dev.freehold.server.wire.AnswerPart;
import dev.freehold.server.wire.AnswerParts;
import dev.freehold.server.wire.Ids;
import dev.freehold.server.wire.Receipts;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Tells an answer line by line, or whole in one, as `/api/chat` and `/api/generate` do; durations
/// are in nanoseconds.
///
/// A call is told when it is whole, its arguments as an object. Arguments that broke off are told
/// as text, since a client would run the call.
final class AnswerLines implements AnswerParts.Listener {
  /// Whose lines they are.
  enum Form {
    CHAT,
    GENERATE
  }

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private final Form form;
  private String model;
  private final InstantSource clock;
  private final Ids ids;
  private final Consumer<ObjectNode> lines;
  private int calls;

  AnswerLines(Form form, String model, InstantSource clock, Ids ids, Consumer<ObjectNode> lines) {
    this.form = form;
    this.model = model;
    this.clock = clock;
    this.ids = ids;
    this.lines = lines;
  }

  @Override
  public void served(ChatEvent.Served served) {
    model = served.model();
  }

  @Override
  public void grew(int index, AnswerPart part, String piece, List<TokenLogprob> logprobs) {
    switch (part) {
      case AnswerPart.Reasoning reasoning -> lines.accept(line("", piece, List.of()));
      case AnswerPart.Text text -> {
        ObjectNode line = line(piece, "", List.of());
        putLogprobs(line, logprobs);
        lines.accept(line);
      }
      case AnswerPart.Call call -> {}
    }
  }

  @Override
  public void closed(int index, AnswerPart part, boolean isWhole) {
    if (part instanceof AnswerPart.Call call) {
      Optional<ObjectNode> told = told(call);
      lines.accept(
          told.isPresent()
              ? line("", "", List.of(told.get()))
              : line(call.arguments(), "", List.of()));
    }
  }

  private Optional<ObjectNode> told(AnswerPart.Call call) {
    JsonNode arguments;
    try {
      arguments = MAPPER.readTree(call.arguments());
    } catch (JacksonException e) {
      return Optional.empty();
    }
    if (!arguments.isObject()) {
      return Optional.empty();
    }
    ObjectNode told = JSON.objectNode().put("id", ids.next("call_"));
    ObjectNode function = told.putObject("function");
    function.put("index", calls++).put("name", call.name()).set("arguments", arguments);
    return Optional.of(told);
  }

  /// A line with more of the answer.
  private ObjectNode line(String text, String thinking, List<ObjectNode> toolCalls) {
    ObjectNode line =
        JSON.objectNode().put("model", model).put("created_at", clock.instant().toString());
    ObjectNode holder =
        switch (form) {
          case CHAT -> line.putObject("message").put("role", "assistant").put("content", text);
          case GENERATE -> line.put("response", text);
        };
    if (!thinking.isEmpty()) {
      holder.put("thinking", thinking);
    }
    if (!toolCalls.isEmpty()) {
      holder.putArray("tool_calls").addAll(toolCalls);
    }
    return line.put("done", false);
  }

  private static void putLogprobs(ObjectNode line, List<TokenLogprob> logprobs) {
    if (!logprobs.isEmpty()) {
      ArrayNode told = line.putArray("logprobs");
      for (TokenLogprob logprob : logprobs) {
        ObjectNode token = told(logprob.chosen());
        ArrayNode best = token.putArray("top_logprobs");
        logprob.best().forEach(candidate -> best.add(told(candidate)));
        told.add(token);
      }
    }
  }

  private static ObjectNode told(TokenLogprob.Candidate candidate) {
    ObjectNode token =
        JSON.objectNode().put("token", candidate.text()).put("logprob", candidate.logprob());
    ArrayNode bytes = token.putArray("bytes");
    candidate.bytes().forEach(bytes::add);
    return token;
  }

  /// The line with which a stream ends.
  ObjectNode last(ChatEvent.Finished finished, Instant started, Duration loading) {
    return ended(line("", "", List.of()), finished, started, loading);
  }

  /// The whole answer in one line.
  ObjectNode whole(
      List<AnswerPart> parts, ChatEvent.Finished finished, Instant started, Duration loading) {
    StringBuilder text = new StringBuilder();
    StringBuilder thinking = new StringBuilder();
    List<ObjectNode> toolCalls = new ArrayList<>();
    List<TokenLogprob> logprobs = new ArrayList<>();
    for (AnswerPart part : parts) {
      switch (part) {
        case AnswerPart.Reasoning reasoning -> thinking.append(reasoning.text());
        case AnswerPart.Text piece -> {
          text.append(piece.text());
          logprobs.addAll(piece.logprobs());
        }
        case AnswerPart.Call call ->
            told(call).ifPresentOrElse(toolCalls::add, () -> text.append(call.arguments()));
      }
    }
    ObjectNode line = line(text.toString(), thinking.toString(), toolCalls);
    putLogprobs(line, logprobs);
    return ended(line, finished, started, loading);
  }

  private ObjectNode ended(
      ObjectNode line, ChatEvent.Finished finished, Instant started, Duration loading) {
    Usage usage = finished.usage();
    Receipts.put(line, finished.receipt());
    return line.put("done", true)
        .put(
            "done_reason",
            switch (finished.reason()) {
              case END, TOOL_CALLS, STOP_STRING -> "stop";
              case MAX_TOKENS, CONTEXT_FULL -> "length";
              case REFUSED -> "content_filter";
              case CANCELLED -> throw new IllegalStateException("a cancelled answer has no end");
            })
        .put("total_duration", Duration.between(started, clock.instant()).toNanos())
        .put("load_duration", loading.toNanos())
        .put("prompt_eval_count", usage.promptTokens())
        .put("prompt_eval_duration", usage.prefill().toNanos())
        .put("eval_count", usage.completionTokens())
        .put("eval_duration", usage.decode().toNanos());
  }

  /// The answer to a request that only loads or drops a model.
  ObjectNode nothing(String reason) {
    return line("", "", List.of()).put("done", true).put("done_reason", reason);
  }
}
