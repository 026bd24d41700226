package dev.freehold.hub.pull;

import java.net.URI;

/// A token that knows the only origin it is sent to, and does not show itself.
public final class Credentials {
  private final URI origin;
  private final String token;

  /// @param origin scheme, host and port that may see the token
  /// @throws dev.freehold.hub.HubException where the token has characters that no header may hold,
  ///   or the origin is one that must not be asked
  public Credentials(URI origin, String token) {
    Addresses.require(origin);
    if (token.isEmpty() || !token.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
      throw new dev.freehold.hub.HubException(
          "the token for %s holds characters that no token has; write it anew"
              .formatted(origin.getHost()));
    }
    this.origin = origin;
    this.token = token;
  }

  boolean belongTo(URI address) {
    return Addresses.sameOrigin(origin, address);
  }

  String header() {
    return "Bearer " + token;
  }

  @Override
  public String toString() {
    return "a token for " + origin.getHost();
  }
}
