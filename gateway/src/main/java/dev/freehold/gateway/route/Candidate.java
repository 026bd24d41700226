package dev.freehold.gateway.route;

import dev.freehold.gateway.failure.Rule;
import dev.freehold.gateway.upstream.Secret;

/// A target with one of its keys: what an attempt goes to.
///
/// @param keyNumber of the key among those of the backend
public record Candidate(Target target, int keyNumber) {
  public Secret key() {
    return target.backend().keys().get(keyNumber);
  }

  /// What failures of some scope count against.
  String bench(Rule.Scope scope) {
    String backend = target.backend().name();
    return switch (scope) {
      case REQUEST, TARGET -> "target " + target.id();
      case KEY -> "key " + keyNumber + " of " + backend;
      case BACKEND -> "backend " + backend;
    };
  }
}
