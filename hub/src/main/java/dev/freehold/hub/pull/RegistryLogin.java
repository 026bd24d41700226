package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A user's name and password at a registry, which do not show themselves.
public final class RegistryLogin {
  private static final int MAX_LENGTH = 8192;

  private final String user;
  private final String password;

  /// @throws HubException where they cannot be sent
  public RegistryLogin(String user, String password) {
    boolean fits =
        !user.isEmpty()
            && user.indexOf(':') < 0
            && user.length() + password.length() <= MAX_LENGTH
            && (user + password).chars().noneMatch(Character::isISOControl);
    if (!fits) {
      throw new HubException("a login at a registry needs a name without \":\" and a password");
    }
    this.user = user;
    this.password = password;
  }

  String header() {
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  @Override
  public String toString() {
    return "a login at a registry";
  }
}
