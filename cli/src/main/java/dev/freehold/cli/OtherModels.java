package dev.freehold.cli;

import dev.freehold.chat.Activity;
import dev.freehold.chat.ActivityBackend;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Embedding;
import dev.freehold.chat.EmbeddingBackend;
import dev.freehold.chat.EmbeddingRequest;
import dev.freehold.chat.ModelAdmin;
import dev.freehold.chat.ServedModel;
import dev.freehold.chat.TokenBackend;
import dev.freehold.server.Backends;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The one model of another engine, as those who list, count and ask see it.
final class OtherModels
    implements ChatBackend, ModelAdmin, TokenBackend, EmbeddingBackend, ActivityBackend {
  private final OtherEngine engine;
  private final MachineModels source;

  /// @param source offers this model alone
  OtherModels(OtherEngine engine, MachineModels source) {
    this.engine = engine;
    this.source = source;
  }

  Backends backends() {
    return new Backends(this, this, this, this, this);
  }

  @Override
  public void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation) {
    engine.answer(request.withModel(source.resolve(request.model())), events, cancellation);
  }

  @Override
  public List<ServedModel> models() {
    return source.models().stream().map(this::told).toList();
  }

  private ServedModel told(ServedModel model) {
    return new ServedModel(
        model.name(),
        "computed by " + engine.name(),
        model.modified(),
        model.bytes(),
        model.details(),
        Optional.empty());
  }

  @Override
  public ServedModel show(String name) {
    String resolved = source.resolve(name);
    return models().stream()
        .filter(model -> model.name().equals(resolved))
        .findFirst()
        .orElseThrow(() -> new ChatException("model", "there is no such model"));
  }

  /// It is loaded as long as this server runs.
  @Override
  public void load(String name, Optional<Duration> keepAlive) {
    source.resolve(name);
  }

  @Override
  public void unload(String name) {
    source.resolve(name);
    throw OtherEngine.refused("model", "a model is unloaded with its engine", engine.name());
  }

  @Override
  public List<Integer> tokenize(String model, String text) {
    throw noTokens();
  }

  @Override
  public String detokenize(String model, List<Integer> ids) {
    throw noTokens();
  }

  @Override
  public int countTokens(ChatRequest request) {
    throw noTokens();
  }

  private ChatException noTokens() {
    return OtherEngine.refused("", "tokens are counted by Freehold's own engine", engine.name());
  }

  @Override
  public Embedding embed(EmbeddingRequest request, Cancellation cancellation) {
    throw OtherEngine.refused(
        "model", "embeddings are computed by Freehold's own engine", engine.name());
  }

  /// What another engine is doing is not known here.
  @Override
  public List<Activity> activity() {
    return List.of();
  }
}
