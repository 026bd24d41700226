package dev.freehold.langchain4j;

import dev.freehold.api.Answer;
import dev.freehold.api.FreeholdModel;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.FinishReason;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.List;
import java.util.Set;

/// LangChain4j's chat model over a model in this process; any number of threads may use it.
///
/// Errors are LangChain4j's: [dev.langchain4j.exception.InvalidRequestException] for a request that
/// is wrong or too long, [dev.langchain4j.exception.UnsupportedFeatureException] for what a text
/// model cannot do, [dev.langchain4j.exception.RateLimitException] where too much is asked for at
/// this moment; each has the [ChatException] as its cause. An interrupt ends the answer, with an
/// exception too.
public final class FreeholdChatModel implements ChatModel {
  private final FreeholdChatModelBuilder.Settings settings;

  private FreeholdChatModel(FreeholdChatModelBuilder.Settings settings) {
    this.settings = settings;
  }

  /// @param model stays the caller's to close
  public static FreeholdChatModelBuilder<FreeholdChatModel> builder(FreeholdModel model) {
    return new FreeholdChatModelBuilder<>(model, FreeholdChatModel::new);
  }

  @Override
  public ChatResponse doChat(ChatRequest request) {
    try {
      Answer answer =
          settings.model().answer(Requests.of(request), event -> {}, new Cancellation());
      if (answer.reason() == FinishReason.CANCELLED) {
        throw Failures.interrupted();
      }
      return Responses.of(answer, settings.model().name());
    } catch (ChatException e) {
      throw Failures.of(e);
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
