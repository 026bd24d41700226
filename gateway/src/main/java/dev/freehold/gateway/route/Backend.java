package dev.freehold.gateway.route;

import dev.freehold.gateway.upstream.Limits;
import dev.freehold.gateway.upstream.Secret;
import dev.freehold.gateway.upstream.Upstream;
import java.util.List;

/// A server or engine, ready to be asked.
///
/// @param isLocal whether it runs on machines of whoever runs the gateway
/// @param isEngine whether it is the engine in this process, which is never benched
/// @param keys its keys, one or several; where one is refused, the next is tried
public record Backend(
    String name,
    boolean isLocal,
    boolean isEngine,
    Upstream upstream,
    List<Secret> keys,
    Limits limits) {
  public Backend {
    keys = List.copyOf(keys);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("a backend without a key has Secret.NONE");
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
