package dev.freehold.langchain4j;

import dev.freehold.api.Answer;
import dev.freehold.api.CalledTool;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Tells a handler of LangChain4j what happens to an answer.
///
/// As its contract has it: what a handler throws is told to its `onError` and the answer goes on;
/// what that throws is logged; after [StreamingHandle#cancel] nothing is told any more.
final class StreamedAnswer implements Consumer<ChatEvent>, StreamingHandle {
  private static final Logger LOG = System.getLogger(StreamedAnswer.class.getName());

  private final StreamingChatResponseHandler handler;
  private final Cancellation cancellation = new Cancellation();
  private final List<ChatEvent.CallStarted> calls = new ArrayList<>();
  private final StringBuilder arguments = new StringBuilder();

  StreamedAnswer(StreamingChatResponseHandler handler) {
    this.handler = handler;
  }

  Cancellation cancellation() {
    return cancellation;
  }

  @Override
  public void cancel() {
    cancellation.cancel();
  }

  @Override
  public boolean isCancelled() {
    return cancellation.isCancelled();
  }

  @Override
  public void accept(ChatEvent event) {
    switch (event) {
      case ChatEvent.TextDelta delta -> text(delta.text());
      case ChatEvent.ReasoningDelta delta ->
          tell(() ->
              handler.onPartialThinking(
                  new PartialThinking(delta.text()), new PartialThinkingContext(this)));
      case ChatEvent.CallStarted call -> {
        endCall();
        calls.add(call);
      }
      case ChatEvent.CallArguments piece -> argumentsPiece(piece);
      case ChatEvent.Finished finished -> endCall();
      case ChatEvent.Notice notice -> LOG.log(Level.WARNING, notice.text());
      case ChatEvent.Progress progress -> {}
      case ChatEvent.PromptLogprobs logprobs -> {}
      case ChatEvent.Served served -> {}
      case ChatEvent.ReasoningSealed sealed -> {}
      case ChatEvent.AnswerLogprob logprob -> {}
      case ChatEvent.Failed failed -> {}
    }
  }

  private void text(String piece) {
    tell(() ->
        handler.onPartialResponse(new PartialResponse(piece), new PartialResponseContext(this)));
  }

  private void argumentsPiece(ChatEvent.CallArguments piece) {
    if (piece.json().isEmpty()) {
      return;
    }
    arguments.append(piece.json());
    ChatEvent.CallStarted call = calls.getLast();
    PartialToolCall partial =
        PartialToolCall.builder()
            .index(piece.index())
            .id(call.id())
            .name(call.name())
            .partialArguments(piece.json())
            .build();
    tell(() -> handler.onPartialToolCall(partial, new PartialToolCallContext(this)));
  }

  /// Tells the call whose arguments came last, where there is one; one that broke off is text.
  private void endCall() {
    if (calls.isEmpty()) {
      return;
    }
    ChatEvent.CallStarted last = calls.getLast();
    String json = arguments.isEmpty() ? "{}" : arguments.toString();
    arguments.setLength(0);
    CalledTool call = new CalledTool(last.id(), last.name(), json);
    if (Responses.isWhole(call)) {
      CompleteToolCall complete = new CompleteToolCall(last.index(), Responses.request(call));
      tell(() -> handler.onCompleteToolCall(complete));
    } else {
      text(Responses.broken(call));
    }
  }

  /// The answer has ended.
  void complete(Answer answer, String model) {
    ChatResponse response = Responses.of(answer, model);
    tell(() -> handler.onCompleteResponse(response));
  }

  /// There is no answer.
  void fail(Exception failure) {
    if (!isCancelled()) {
      error(failure);
    }
  }

  private void tell(Runnable call) {
    if (isCancelled()) {
      return;
    }
    try {
      call.run();
    } catch (Exception e) {
      error(e);
    }
  }

  private void error(Exception failure) {
    try {
      handler.onError(failure);
    } catch (Exception e) {
      LOG.log(Level.WARNING, "what onError threw is ignored", e);
    }
  }
}
