package dev.freehold.langchain4j;

import dev.freehold.api.FreeholdModel;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.EmbeddingRequest.Pooling;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.model.embedding.DimensionAwareEmbeddingModel;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.output.TokenUsage;
import java.util.ArrayList;
import java.util.List;

/// LangChain4j's embedding model over a model in this process: vectors of length 1.
public final class FreeholdEmbeddingModel extends DimensionAwareEmbeddingModel {
  private final FreeholdModel model;
  private final Pooling pooling;
  private final List<EmbeddingModelListener> listeners;

  /// With the pooling that the model's file names, else the mean.
  ///
  /// @param model stays the caller's to close
  public FreeholdEmbeddingModel(FreeholdModel model) {
    this(model, Pooling.MODEL, List.of());
  }

  /// @param model stays the caller's to close
  public FreeholdEmbeddingModel(
      FreeholdModel model, Pooling pooling, List<EmbeddingModelListener> listeners) {
    this.model = model;
    this.pooling = pooling;
    this.listeners = List.copyOf(listeners);
  }

  @Override
  public EmbeddingResponse doEmbed(EmbeddingRequest request) {
    List<Embedding> vectors = new ArrayList<>();
    int tokens = 0;
    try {
      for (EmbeddingInput input : request.inputs()) {
        dev.freehold.chat.Embedding embedding = model.embed(input.text(), pooling);
        vectors.add(Embedding.from(embedding.vector()));
        tokens += embedding.tokens();
      }
    } catch (ChatException e) {
      throw Failures.of(e);
    }
    return EmbeddingResponse.builder()
        .embeddings(vectors)
        .modelName(modelName())
        .tokenUsage(new TokenUsage(tokens))
        .build();
  }

  @Override
  public String modelName() {
    return model.name();
  }

  @Override
  public List<EmbeddingModelListener> listeners() {
    return listeners;
  }
}
