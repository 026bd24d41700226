package dev.freehold.gateway.route;

import java.util.Set;

/// A model of a backend, as a route names it.
///
/// @param model as the backend calls it; empty for the one that the request names
/// @param abilities what it can be asked for
/// @param context tokens of prompt and answer; 0 where it is not said
/// @param weight how often it is taken first, beside the others
/// @param cost what it costs beside the others, in any unit
public record Target(
    Backend backend,
    String model,
    Set<Ability> abilities,
    int context,
    double weight,
    double cost) {
  public Target {
    abilities = Set.copyOf(abilities);
  }

  /// The name in messages, benches and the ledger.
  public String id() {
    return backend.name() + "/" + model;
  }
}
