package dev.freehold.chat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Whoever knows which models there are, and loads and drops them.
public interface ModelAdmin {
  /// All models that can be asked for, by name.
  List<ServedModel> models();

  /// A model with its details, which are read from its file where that was not done yet.
  ///
  /// @throws ChatException where there is no such model
  ServedModel show(String name);

  /// Loads a model, where it is not loaded, and says for how long it stays after its last request.
  ///
  /// @param keepAlive empty for the usual time; negative for ever
  /// @throws ChatException where there is no such model or no memory for it
  void load(String name, Optional<Duration> keepAlive);

  /// Drops a model after the requests that it is answering.
  ///
  /// @throws ChatException where there is no such model
  void unload(String name);
}
