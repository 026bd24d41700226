package dev.freehold.server.openai;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.TokenLogprob;
import dev.freehold.chat.Usage;
import dev.freehold.server.ReplyStream;
import dev.freehold.server.wire.Receipts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Tells completions piece by piece; a prompt that is wanted comes before its answer.
final class CompletionStream {
  private final ReplyStream stream;
  private final ObjectNode head;
  private final CompletionFields asked;
  private final List<EchoedPrompt> prompts;
  private final List<State> states = new ArrayList<>();

  /// What is known of one answer and not told yet.
  private static final class State {
    private final List<TokenLogprob> untold = new ArrayList<>();
    private List<TokenLogprob> ofPrompt = List.of();
    private Optional<Usage> usage = Optional.empty();
    private boolean hasBegun;
    private int offset;
  }

  CompletionStream(
      ReplyStream stream, ObjectNode head, CompletionFields asked, List<EchoedPrompt> prompts) {
    this.stream = stream;
    this.head = head;
    this.asked = asked;
    this.prompts = prompts;
    asked.requests().forEach(request -> states.add(new State()));
  }

  void event(int answer, ChatEvent event) {
    State state = states.get(answer);
    switch (event) {
      case ChatEvent.PromptLogprobs logprobs -> state.ofPrompt = logprobs.tokens();
      case ChatEvent.AnswerLogprob logprob -> state.untold.add(logprob.token());
      case ChatEvent.TextDelta delta -> {
        begin(answer, state);
        if (!asked.isEmpty()) {
          stream.send(chunk(answer, delta.text(), Optional.empty()));
        }
      }
      case ChatEvent.Finished finished -> {
        begin(answer, state);
        Usage usage = CompletionRoutes.told(finished.usage(), asked);
        state.usage = Optional.of(usage);
        String reason = asked.isEmpty() ? "length" : Shapes.finishReason(finished.reason());
        ObjectNode chunk = chunk(answer, "", Optional.of(reason));
        Receipts.put(chunk, finished.receipt());
        stream.send(chunk);
      }
      case ChatEvent.Served served -> Shapes.putServed(head, served);
      case ChatEvent.ReasoningDelta delta -> {}
      case ChatEvent.ReasoningSealed sealed -> {}
      case ChatEvent.CallStarted call -> {}
      case ChatEvent.CallArguments piece -> {}
      case ChatEvent.Progress progress -> {}
      case ChatEvent.Notice notice -> {}
      case ChatEvent.Failed failed -> {}
    }
  }

  private void begin(int answer, State state) {
    if (asked.echo() && !state.hasBegun) {
      EchoedPrompt prompt = prompts.get(answer / asked.candidates());
      ObjectNode chunk = bare(answer, prompt.text(), Optional.empty());
      if (asked.tellsLogprobs()) {
        CompletionLogprobs logprobs = prompt.logprobs(state.ofPrompt, List.of());
        state.offset = logprobs.offset();
        ((ObjectNode) chunk.at("/choices/0")).set("logprobs", logprobs.told());
      }
      stream.send(chunk);
    }
    state.hasBegun = true;
  }

  private ObjectNode chunk(int answer, String text, Optional<String> reason) {
    ObjectNode chunk = bare(answer, text, reason);
    State state = states.get(answer);
    if (asked.tellsLogprobs() && !asked.isEmpty() && !state.untold.isEmpty()) {
      CompletionLogprobs logprobs = new CompletionLogprobs(state.offset);
      state.untold.forEach(logprobs::add);
      state.untold.clear();
      state.offset = logprobs.offset();
      ((ObjectNode) chunk.at("/choices/0")).set("logprobs", logprobs.told());
    }
    return chunk;
  }

  private ObjectNode bare(int answer, String text, Optional<String> reason) {
    ObjectNode chunk = head.deepCopy();
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", answer);
    choice.put("text", text).putNull("logprobs");
    reason.ifPresentOrElse(
        told -> choice.put("finish_reason", told), () -> choice.putNull("finish_reason"));
    if (asked.includeUsage()) {
      chunk.putNull("usage");
    }
    return chunk;
  }

  void end() {
    if (asked.includeUsage()) {
      List<Usage> usages = states.stream().map(state -> state.usage.orElseThrow()).toList();
      List<Usage> ofPrompts = new ArrayList<>();
      for (int i = 0; i < usages.size(); i += asked.candidates()) {
        ofPrompts.add(usages.get(i));
      }
      ObjectNode chunk = head.deepCopy();
      chunk.putArray("choices");
      chunk.set("usage", Shapes.usage(ofPrompts, usages));
      stream.send(chunk);
    }
    stream.write("data: [DONE]\n\n");
  }
}
