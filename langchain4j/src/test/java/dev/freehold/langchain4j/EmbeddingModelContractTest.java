package dev.freehold.langchain4j;

import dev.freehold.api.FreeholdModel;
import dev.freehold.api.ModelSettings;
import dev.freehold.chat.EmbeddingRequest.Pooling;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.common.AbstractEmbeddingModelIT;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/// LangChain4j's own tests of an embedding model.
class EmbeddingModelContractTest extends AbstractEmbeddingModelIT {
  private final FreeholdModel model = FreeholdModel.open(FreeholdModel.DEMO);
  private final FreeholdModel narrow =
      FreeholdModel.open(FreeholdModel.DEMO, ModelSettings.defaults().withContextLength(1));

  @AfterAll
  void close() {
    model.close();
    narrow.close();
  }

  @Override
  protected List<EmbeddingModel> models() {
    return List.of(new FreeholdEmbeddingModel(model));
  }

  @Override
  protected EmbeddingModel modelWith(EmbeddingModelListener listener) {
    return new FreeholdEmbeddingModel(model, Pooling.LAST, List.of(listener));
  }

  /// Its context holds one token.
  @Override
  protected EmbeddingModel failingModelWith(EmbeddingModelListener listener) {
    return new FreeholdEmbeddingModel(narrow, Pooling.MODEL, List.of(listener));
  }

  @Override
  protected boolean supportsInputTypeParameter() {
    return false;
  }

  @Override
  protected boolean supportsDimensionsParameter() {
    return false;
  }

  @Override
  protected boolean supportsImageInput() {
    return false;
  }
}
