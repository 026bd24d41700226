package dev.freehold.langchain4j;

import dev.freehold.api.Answer;
import dev.freehold.api.FreeholdModel;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.FinishReason;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.List;
import java.util.Set;

/// LangChain4j's streaming chat model over a model in this process; any number of threads may use
/// it.
///
/// Returns at once; the handler is called on a thread of its own (see
/// [FreeholdChatModelBuilder#executor]), and all errors of a request are told there. An answer ends
/// within one step after the handle of its events was cancelled.
public final class FreeholdStreamingChatModel implements StreamingChatModel {
  private final FreeholdChatModelBuilder.Settings settings;

  private FreeholdStreamingChatModel(FreeholdChatModelBuilder.Settings settings) {
    this.settings = settings;
  }

  /// @param model stays the caller's to close
  public static FreeholdChatModelBuilder<FreeholdStreamingChatModel> builder(FreeholdModel model) {
    return new FreeholdChatModelBuilder<>(model, FreeholdStreamingChatModel::new);
  }

  @Override
  public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
    settings.executor().execute(() -> answer(request, new StreamedAnswer(handler)));
  }

  private void answer(ChatRequest request, StreamedAnswer streamed) {
    Answer answer;
    try {
      answer = settings.model().answer(Requests.of(request), streamed, streamed.cancellation());
    } catch (ChatException e) {
      streamed.fail(Failures.of(e));
      return;
    } catch (RuntimeException e) {
      streamed.fail(e);
      return;
    }
    if (answer.reason() == FinishReason.CANCELLED) {
      streamed.fail(Failures.interrupted());
    } else {
      streamed.complete(answer, settings.model().name());
    }
  }

  @Override
  public ChatRequestParameters defaultRequestParameters() {
    return settings.parameters();
  }

  @Override
  public List<ChatModelListener> listeners() {
    return settings.listeners();
  }

  @Override
  public Set<Capability> supportedCapabilities() {
    return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
  }
}
