package dev.freehold.mcp.configuration;

import dev.freehold.mcp.McpException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

/// Addresses that servers may have: `https`, or `http` on this machine.
final class ServerAddress {
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final int LONGEST = 2_000;

  private ServerAddress() {}

  /// @throws McpException where it is anything else
  static URI of(String text, String at) {
    try {
      URI url = new URI(text);
      String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
      String host = String.valueOf(url.getHost()).toLowerCase(Locale.ROOT);
      boolean isAllowed =
          scheme.equals("https") || scheme.equals("http") && THIS_MACHINE.contains(host);
      if (text.length() <= LONGEST
          && isAllowed
          && url.getHost() != null
          && url.getRawUserInfo() == null
          && url.getRawFragment() == null) {
        return url;
      }
    } catch (URISyntaxException wrong) {
      // told below with what was found
    }
    throw new McpException(
        ("%s: expected https://..., or http:// on this machine (localhost, 127.0.0.1), without a"
                + " name and password in it; found \"%s\"")
            .formatted(at, text.length() > 200 ? text.substring(0, 200) + "…" : text));
  }
}
