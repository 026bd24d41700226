package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Proxies as the variables `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` name them, in
/// small or capital letters; this machine itself is never asked through one.
public final class ProxyRules extends ProxySelector {
  private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);

  private final Map<String, InetSocketAddress> proxies;
  private final List<String> exceptions;

  private ProxyRules(Map<String, InetSocketAddress> proxies, List<String> exceptions) {
    this.proxies = Map.copyOf(proxies);
    this.exceptions = List.copyOf(exceptions);
  }

  /// No proxy at all.
  public static ProxyRules none() {
    return new ProxyRules(Map.of(), List.of());
  }

  /// The rules that an environment holds.
  ///
  /// @throws HubException where a variable names no HTTP proxy
  public static ProxyRules of(Map<String, String> environment) {
    Map<String, InetSocketAddress> proxies = new java.util.HashMap<>();
    for (String scheme : List.of("http", "https")) {
      value(environment, scheme + "_proxy")
          .or(() -> value(environment, "all_proxy"))
          .ifPresent(proxy -> proxies.put(scheme, address(scheme + "_proxy", proxy)));
    }
    List<String> exceptions =
        Arrays.stream(value(environment, "no_proxy").orElse("").split("[,\\s]+"))
            .filter(name -> !name.isEmpty())
            .map(name -> name.toLowerCase(Locale.ROOT))
            .toList();
    return new ProxyRules(proxies, exceptions);
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .or(() -> Optional.ofNullable(environment.get(name.toUpperCase(Locale.ROOT))))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  private static InetSocketAddress address(String variable, String text) {
    URI uri;
    try {
      uri = new URI(text.contains("://") ? text : "http://" + text);
    } catch (URISyntaxException e) {
      throw new HubException(variable + ": expected http://HOST:PORT, found no address", e);
    }
    if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
      throw new HubException(
          "%s: expected http://HOST:PORT, found the scheme \"%s\"; only HTTP proxies are supported"
              .formatted(variable, uri.getScheme()));
    }
    if (uri.getRawUserInfo() != null) {
      throw new HubException(
          variable
              + ": holds a name and password; proxies that ask for one are not supported,"
              + " a local forwarding proxy that adds them is");
    }
    return InetSocketAddress.createUnresolved(
        uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort());
  }

  @Override
  public List<Proxy> select(URI address) {
    String host = Optional.ofNullable(address.getHost()).orElse("").toLowerCase(Locale.ROOT);
    InetSocketAddress proxy = proxies.get(String.valueOf(address.getScheme()));
    if (proxy == null || Addresses.isLoopback(host) || isException(host, address.getPort())) {
      return DIRECT;
    }
    return List.of(new Proxy(Proxy.Type.HTTP, proxy));
  }

  /// Whether `no_proxy` names the host, a domain above it, or `*`.
  private boolean isException(String host, int port) {
    for (String entry : exceptions) {
      String name = entry.startsWith("*.") ? entry.substring(1) : entry;
      int colon = name.lastIndexOf(':');
      if (colon > 0 && name.indexOf(':') == colon) {
        if (!name.substring(colon + 1).equals(Integer.toString(port))) {
          continue;
        }
        name = name.substring(0, colon);
      }
      String domain = name.startsWith(".") ? name : "." + name;
      if (name.equals("*") || host.equals(name) || host.endsWith(domain)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void connectFailed(URI address, SocketAddress proxy, IOException failure) {
    // the failure reaches whoever asked
  }
}
