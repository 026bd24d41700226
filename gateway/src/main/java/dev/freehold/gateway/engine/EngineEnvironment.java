package dev.freehold.gateway.engine;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The environment that engines are started with: that of this process without its secrets, since
/// an engine is a program of somebody else and prints its environment where it fails.
public final class EngineEnvironment {
  private final Set<String> withheld = ConcurrentHashMap.newKeySet();

  /// Keeps variables from engines that are started from now on; one that runs has what it has.
  public void withhold(Collection<String> names) {
    withheld.addAll(names);
  }

  /// Takes the secrets out.
  void clean(Map<String, String> environment) {
    environment.keySet().removeAll(withheld);
  }
}
