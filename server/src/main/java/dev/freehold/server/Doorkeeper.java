package dev.freehold.server;

import dev.freehold.chat.Caller;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Decides who comes in: by the name that the server was called by, the web page that calls, the
/// key, and what the key has used.
///
/// The host name is always checked: a web page whose own name suddenly points to this machine (DNS
/// rebinding) still sends its own name.
final class Doorkeeper {
  private static final Pattern HOST =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^:\\[\\]]+)(:\\d{1,5})?");
  private static final Pattern ADDRESS =
      Pattern.compile("\\[[0-9A-Fa-f:.]+]|\\d{1,3}(\\.\\d{1,3}){3}");
  private static final int MAX_KEY = 512;

  private final Set<String> hosts = new HashSet<>();
  private final boolean isLoopback;
  private final Security security;
  private final Quotas quotas;

  Doorkeeper(ServerOptions options, Quotas quotas) {
    this.security = options.security();
    this.quotas = quotas;
    this.isLoopback = options.isLoopback();
    hosts.addAll(List.of("localhost", "127.0.0.1", "[::1]"));
    String bound = options.host().toLowerCase(Locale.ROOT);
    hosts.add(bound.contains(":") && !bound.startsWith("[") ? "[" + bound + "]" : bound);
    security.hostNames().forEach(name -> hosts.add(name.toLowerCase(Locale.ROOT)));
  }

  /// @throws ServerException where the request must not be answered, whoever sends it
  void checkSource(Exchange exchange) {
    List<String> found = exchange.headers("Host");
    if (found.size() != 1) {
      throw new ServerException(
          Problem.Kind.INVALID_REQUEST,
          "Host: expected one header, found %d".formatted(found.size()));
    }
    String authority = found.getFirst().toLowerCase(Locale.ROOT);
    var host = HOST.matcher(authority);
    if (!host.matches() || !isOurs(host.group(1))) {
      throw new ServerException(
          Problem.Kind.FORBIDDEN,
          "Host: this server is not called by this name; where it should be, start it with"
              + " --host-name");
    }
    List<String> origins = exchange.headers("Origin");
    if (!origins.isEmpty()
        && !(origins.size() == 1
            && (isListed(origins.getFirst()) || isItself(origins.getFirst(), authority)))) {
      throw new ServerException(
          Problem.Kind.FORBIDDEN,
          "Origin: pages of this origin may not call this server; where they should, start it with"
              + " --origin");
    }
  }

  /// Names must be listed. An address cannot be rebound; it is ours where we listen beyond
  /// loopback, as whatever it was it led here.
  private boolean isOurs(String host) {
    return hosts.contains(host) || !isLoopback && ADDRESS.matcher(host).matches();
  }

  /// Whether pages of this origin may read answers.
  boolean isListed(String origin) {
    return security.origins().contains(origin);
  }

  /// Whether a page of this server itself calls.
  private static boolean isItself(String origin, String authority) {
    try {
      URI uri = URI.create(origin.toLowerCase(Locale.ROOT));
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && authority.equals(uri.getRawAuthority());
    } catch (IllegalArgumentException none) {
      return false;
    }
  }

  /// Who asks.
  ///
  /// @throws ServerException where keys are in use and the request has none of them, the key does
  ///   not allow this, or has used up what it may
  Identity identify(Exchange exchange, Access wanted) {
    KeyRing ring = security.keys().get();
    if (ring.isEmpty() && isLoopback) {
      return Identity.LOCAL;
    }
    if (wanted == Access.OPEN) {
      return new Identity(Caller.LOCAL, Access.OPEN);
    }
    KeyRing.Key key =
        presented(exchange)
            .flatMap(ring::find)
            .orElseThrow(() ->
                new ServerException(
                    Problem.Kind.UNAUTHENTICATED,
                    "this server needs a key of its own: send it as \"Authorization: Bearer"
                        + " KEY\" or \"x-api-key: KEY\""));
    Identity identity = new Identity(new Caller(key.name(), key.priority(), true), key.access());
    if (!identity.may(wanted)) {
      throw new ServerException(
          Problem.Kind.FORBIDDEN,
          "the key of %s may use models and not manage them".formatted(key.name()));
    }
    quotas.admit(key);
    return identity;
  }

  private static Optional<String> presented(Exchange exchange) {
    for (String name : List.of("Authorization", "x-api-key", "api-key")) {
      List<String> values = exchange.headers(name);
      if (values.size() > 1) {
        return Optional.empty();
      }
      if (values.size() == 1 && values.getFirst().length() <= MAX_KEY) {
        String value = values.getFirst().strip();
        boolean isBearer = value.regionMatches(true, 0, "Bearer ", 0, 7);
        if (!name.equals("Authorization")) {
          return Optional.of(value);
        }
        if (isBearer) {
          return Optional.of(value.substring(7).strip());
        }
      }
    }
    return Optional.empty();
  }
}
