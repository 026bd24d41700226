package dev.freehold.chat;

import java.util.List;

/// Whoever can say what its models are doing.
public interface ActivityBackend {
  /// One entry for each model in memory.
  List<Activity> activity();
}
