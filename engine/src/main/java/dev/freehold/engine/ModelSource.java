package dev.freehold.engine;

import dev.freehold.chat.ServedModel;
import java.util.List;

/// Where a [ModelPool] has its models from.
public interface ModelSource {
  /// All models that can be opened, none of them as loaded.
  List<ServedModel> models();

  /// The full name of the model that a request means by `name`, which may be an alias or, where it
  /// is empty, the model that is used when none is named.
  ///
  /// @throws dev.freehold.chat.ChatException where there is no such model
  String resolve(String name);

  /// What a model's file says; reads its header.
  ///
  /// @throws dev.freehold.chat.ChatException where there is no such model, or it is damaged
  ServedModel.Details details(String name);

  /// What opening a model takes of the memory, without states of requests.
  ///
  /// @throws dev.freehold.chat.ChatException where there is no such model
  long memoryBytes(String name);

  /// Something that changes whenever the model's file does.
  ///
  /// @throws dev.freehold.chat.ChatException where there is no such model
  String version(String name);

  /// Opens a model; the caller closes its [LocalModel#model].
  ///
  /// @throws dev.freehold.chat.ChatException where there is no such model, or it cannot be opened
  LocalModel open(String name);
}
