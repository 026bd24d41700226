package dev.freehold.agent.run;

import dev.freehold.chat.Usage;
import java.util.Optional;

/// Knows what answers cost.
public interface Pricing {
  /// @param backend who gave the answer, as the backend told; empty where it told nothing
  /// @param model as that one calls it; as the request did where nothing was told
  /// @return empty where it is not known
  Optional<Cost> cost(String backend, String model, Usage usage);

  Pricing NONE = (backend, model, usage) -> Optional.empty();
}
