package dev.freehold.server.openai;

import static dev.freehold.server.openai.Shapes.JSON;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.TokenLogprob;
import dev.freehold.chat.Usage;
import dev.freehold.server.Exchange;
import dev.freehold.server.ReplyStream;
import dev.freehold.server.wire.Receipts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Tells chat completions piece by piece: per choice one piece with the role, then its text,
/// thinking and calls, then one with the reason why it ended; after all choices the usage, where it
/// is wanted, and `[DONE]`.
final class ChatStream {
  private final Exchange exchange;
  private final ReplyStream stream;
  private final ObjectNode head;
  private final ChatFields asked;
  private final boolean tellsLogprobs;
  private final boolean[] hasBegun;
  private final List<List<TokenLogprob>> untold = new ArrayList<>();
  private final List<Usage> usages = new ArrayList<>();

  /// @param head what all pieces begin with
  ChatStream(Exchange exchange, ObjectNode head, ChatFields asked) {
    this.exchange = exchange;
    this.stream = exchange.stream(ReplyStream.Framing.EVENTS);
    this.head = head;
    this.asked = asked;
    this.tellsLogprobs = asked.requests().getFirst().output().logprobs().ofAnswer();
    this.hasBegun = new boolean[asked.requests().size()];
    asked.requests().forEach(request -> untold.add(new ArrayList<>()));
  }

  void event(int choice, ChatEvent event) {
    switch (event) {
      case ChatEvent.TextDelta delta ->
          tell(choice, JSON.objectNode().put("content", delta.text()));
      case ChatEvent.ReasoningDelta delta ->
          tell(choice, JSON.objectNode().put("reasoning_content", delta.text()));
      case ChatEvent.ReasoningSealed sealed -> {} // this form has no place for it
      case ChatEvent.CallStarted call -> {
        ObjectNode delta = JSON.objectNode();
        ObjectNode told = delta.putArray("tool_calls").addObject().put("index", call.index());
        told.put("id", call.id()).put("type", "function");
        told.putObject("function").put("name", call.name()).put("arguments", "");
        tell(choice, delta);
      }
      case ChatEvent.CallArguments piece -> {
        ObjectNode delta = JSON.objectNode();
        ObjectNode told = delta.putArray("tool_calls").addObject().put("index", piece.index());
        told.putObject("function").put("arguments", piece.json());
        tell(choice, delta);
      }
      case ChatEvent.AnswerLogprob logprob -> untold.get(choice).add(logprob.token());
      case ChatEvent.Finished finished -> {
        begin(choice);
        usages.add(finished.usage());
        ObjectNode chunk =
            chunk(choice, JSON.objectNode(), Optional.of(Shapes.finishReason(finished.reason())));
        if (!asked.includeUsage()) {
          chunk.set("timings", Shapes.timings(finished.usage()));
        }
        Receipts.put(chunk, finished.receipt());
        stream.send(chunk);
      }
      case ChatEvent.Progress progress -> progress(choice, progress);
      case ChatEvent.PromptLogprobs logprobs -> {}
      case ChatEvent.Served served -> Shapes.putServed(head, served);
      case ChatEvent.Notice notice -> {}
      case ChatEvent.Failed failed -> {}
    }
  }

  private void progress(int choice, ChatEvent.Progress progress) {
    if (asked.returnProgress()) {
      begin(choice);
      ObjectNode chunk = bare(choice, JSON.objectNode(), Optional.empty());
      chunk
          .putObject("prompt_progress")
          .put("total", progress.promptTokens())
          .put("cache", progress.reusedTokens())
          .put("processed", progress.doneTokens())
          .put(
              "time_ms",
              Duration.between(exchange.started(), exchange.clock().instant()).toMillis());
      stream.send(chunk);
    }
  }

  private void begin(int choice) {
    if (!hasBegun[choice]) {
      hasBegun[choice] = true;
      ObjectNode delta = JSON.objectNode().put("role", "assistant").put("content", "");
      stream.send(bare(choice, delta, Optional.empty()));
    }
  }

  private void tell(int choice, ObjectNode delta) {
    begin(choice);
    stream.send(chunk(choice, delta, Optional.empty()));
  }

  private ObjectNode chunk(int index, ObjectNode delta, Optional<String> reason) {
    ObjectNode chunk = bare(index, delta, reason);
    List<TokenLogprob> logprobs = untold.get(index);
    if (tellsLogprobs && !logprobs.isEmpty()) {
      ((ObjectNode) chunk.at("/choices/0")).set("logprobs", Shapes.chatLogprobs(logprobs));
      logprobs.clear();
    }
    return chunk;
  }

  /// Without probabilities.
  private ObjectNode bare(int index, ObjectNode delta, Optional<String> reason) {
    ObjectNode chunk = head.deepCopy();
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", index);
    choice.set("delta", delta);
    choice.putNull("logprobs");
    reason.ifPresentOrElse(
        told -> choice.put("finish_reason", told), () -> choice.putNull("finish_reason"));
    if (asked.includeUsage()) {
      chunk.putNull("usage");
    }
    return chunk;
  }

  void end() {
    if (asked.includeUsage()) {
      ObjectNode chunk = head.deepCopy();
      chunk.putArray("choices");
      chunk.set("usage", Shapes.usage(usages.subList(0, 1), usages));
      chunk.set("timings", Shapes.timings(usages.getFirst()));
      stream.send(chunk);
    }
    stream.write("data: [DONE]\n\n");
  }
}
