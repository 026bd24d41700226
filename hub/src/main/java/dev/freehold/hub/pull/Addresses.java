package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Web addresses: which may be asked, which are of one origin, how they are written and shown.
final class Addresses {
  private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]", "::1");
  private static final String UNRESERVED =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";

  private Addresses() {}

  /// Refuses an address that may not be asked: not https (http to this machine itself excepted),
  /// without a host, or with a user's name in it.
  static void require(URI address) {
    String scheme = Optional.ofNullable(address.getScheme()).orElse("").toLowerCase(Locale.ROOT);
    String host = Optional.ofNullable(address.getHost()).orElse("");
    if (host.isEmpty()) {
      throw new HubException("the address " + shown(address) + " names no host");
    }
    if (address.getRawUserInfo() != null) {
      throw new HubException(
          "the address of " + host + " holds a user's name or password; take it out");
    }
    if (!scheme.equals("https") && !(scheme.equals("http") && isLoopback(host))) {
      throw new HubException(
          "%s is not asked: only https is, since anyone between could change what plain http"
                  .formatted(shown(address))
              + " brings");
    }
  }

  static boolean isLoopback(String host) {
    return LOOPBACK.contains(host.toLowerCase(Locale.ROOT));
  }

  /// Whether two addresses have scheme, host and port in common.
  static boolean sameOrigin(URI a, URI b) {
    return origin(a).equals(origin(b));
  }

  private static String origin(URI address) {
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    int usual = scheme.equals("https") ? 443 : 80;
    int port = address.getPort() < 0 ? usual : address.getPort();
    return scheme + "://" + String.valueOf(address.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
  }

  /// An address fit for messages: without query, fragment and user, which can hold secrets.
  static String shown(URI address) {
    String path = Optional.ofNullable(address.getRawPath()).orElse("");
    int port = address.getPort();
    String shown =
        address.getScheme() + "://" + address.getHost() + (port < 0 ? "" : ":" + port) + path;
    return shown.length() > 200 ? shown.substring(0, 200) + "..." : shown;
  }

  /// A path segment, or several with `keepSlashes`, with everything escaped that is not plain.
  static String escaped(String path, boolean keepSlashes) {
    StringBuilder out = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      if (UNRESERVED.indexOf(c) >= 0 || keepSlashes && c == '/') {
        out.append(c);
      } else {
        out.append("%%%02X".formatted((int) c));
      }
    }
    return out.toString();
  }

  /// `endpoint` with a path added, which is escaped already.
  static URI at(URI endpoint, String path) {
    String base = endpoint.toString();
    return URI.create(
        base.endsWith("/") ? base.substring(0, base.length() - 1) + path : base + path);
  }
}
