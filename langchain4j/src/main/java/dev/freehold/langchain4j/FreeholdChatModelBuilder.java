package dev.freehold.langchain4j;

import dev.freehold.api.FreeholdModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;

/// Makes a chat model over an open [FreeholdModel], which stays the caller's to close.
///
/// @param <M> [FreeholdChatModel] or [FreeholdStreamingChatModel]
public final class FreeholdChatModelBuilder<M> {
  /// What chat models have in common.
  ///
  /// @param model that answers
  /// @param parameters of requests that do not say otherwise
  /// @param listeners that are told of each request
  /// @param executor runs answers that are streamed
  record Settings(
      FreeholdModel model,
      FreeholdChatRequestParameters parameters,
      List<ChatModelListener> listeners,
      Executor executor) {}

  private final FreeholdModel model;
  private final Function<Settings, M> constructor;
  private FreeholdChatRequestParameters parameters;
  private List<ChatModelListener> listeners = List.of();
  private Executor executor = task -> Thread.ofVirtual().name("freehold-langchain4j").start(task);

  FreeholdChatModelBuilder(FreeholdModel model, Function<Settings, M> constructor) {
    this.model = model;
    this.constructor = constructor;
    this.parameters = FreeholdChatRequestParameters.builder().modelName(model.name()).build();
  }

  /// Parameters of requests that do not say otherwise.
  ///
  /// @throws dev.langchain4j.exception.UnsupportedFeatureException where they are those of another
  ///   provider
  public FreeholdChatModelBuilder<M> defaultRequestParameters(ChatRequestParameters defaults) {
    parameters = parameters.overrideWith(defaults);
    return this;
  }

  public FreeholdChatModelBuilder<M> listeners(List<ChatModelListener> newListeners) {
    listeners = List.copyOf(newListeners);
    return this;
  }

  /// Runs answers that are streamed, each as one task that lasts until the answer ends; a virtual
  /// thread for each by default.
  public FreeholdChatModelBuilder<M> executor(Executor newExecutor) {
    executor = newExecutor;
    return this;
  }

  public M build() {
    return constructor.apply(new Settings(model, parameters, listeners, executor));
  }
}
