package dev.freehold.langchain4j;

import dev.freehold.api.FreeholdModel;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelListenerIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// LangChain4j's own tests of what a chat model tells its listeners.
class ChatModelListenerContractTest extends AbstractChatModelListenerIT {
  private static FreeholdModel model;

  @BeforeAll
  static void open() {
    model = FreeholdModel.open(FreeholdModel.DEMO);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private FreeholdChatModelBuilder<FreeholdChatModel> builder(ChatModelListener listener) {
    return FreeholdChatModel.builder(model)
        .listeners(List.of(listener))
        .defaultRequestParameters(
            FreeholdChatRequestParameters.builder()
                .temperature(temperature())
                .topP(topP())
                .maxOutputTokens(maxTokens())
                .build());
  }

  @Override
  protected ChatModel createModel(ChatModelListener listener) {
    return builder(listener).build();
  }

  @Override
  protected String modelName() {
    return FreeholdModel.DEMO;
  }

  @Override
  protected ChatModel createFailingModel(ChatModelListener listener) {
    return builder(listener)
        .defaultRequestParameters(FreeholdChatRequestParameters.builder().topP(2.0).build())
        .build();
  }

  @Override
  protected Class<? extends Exception> expectedExceptionClass() {
    return InvalidRequestException.class;
  }

  /// Answers here have no ids: a seed gives them again.
  @Override
  protected boolean assertResponseId() {
    return false;
  }
}
