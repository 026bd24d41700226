package dev.freehold.gateway.ledger;

import java.time.Instant;

/// What is known of a request when it arrives.
///
/// @param id by which the client and the logs know it; ids may repeat after a restart
/// @param route the alias that was taken; empty where there was none
/// @param caller the name of the key, never the key; empty for whoever sits at this machine
/// @param askedModel the model as the client named it
public record RequestHead(String id, Instant time, String route, String caller, String askedModel) {
  private static final int MOST_CHARACTERS = 200;

  public RequestHead {
    id = bounded(id);
    route = bounded(route);
    caller = bounded(caller);
    askedModel = bounded(askedModel);
  }

  /// Names come from clients too: what is longer than any name is cut.
  static String bounded(String name) {
    return name.length() <= MOST_CHARACTERS ? name : name.substring(0, MOST_CHARACTERS - 3) + "...";
  }
}
