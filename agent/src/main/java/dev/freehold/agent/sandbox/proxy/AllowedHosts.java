package dev.freehold.agent.sandbox.proxy;

import java.util.ArrayList;
import java.util.List;

/// Which hosts may be reached at which ports.
public final class AllowedHosts {
  /// TLS.
  public static final int TLS_PORT = 443;

  /// Plain HTTP.
  public static final int PLAIN_PORT = 80;

  private static final int MAX_RULES = 1000;

  /// @param below whether it is the names below `host` that are meant, and not itself
  /// @param port 0 for those of HTTP and TLS
  private record Rule(HostName host, boolean below, int port) {
    boolean allows(HostName asked, int askedPort) {
      boolean isHost = below ? asked.text().endsWith("." + host.text()) : asked.equals(host);
      boolean isPort =
          port == 0 ? askedPort == TLS_PORT || askedPort == PLAIN_PORT : askedPort == port;
      return isHost && isPort;
    }
  }

  private final List<Rule> rules = new ArrayList<>();

  /// @param written `host`, `host:port` or `*.domain`, the last for all names below the domain
  /// @throws RefusedException where one is not of these
  public AllowedHosts(List<String> written) {
    if (written.size() > MAX_RULES) {
      throw new RefusedException(400, "more than " + MAX_RULES + " hosts are allowed");
    }
    for (String rule : written) {
      int colon = rule.indexOf(':');
      boolean below = rule.startsWith("*.");
      String host = rule.substring(below ? 2 : 0, colon < 0 ? rule.length() : colon);
      rules.add(
          new Rule(HostName.of(host), below, colon < 0 ? 0 : port(rule.substring(colon + 1))));
    }
  }

  static int port(String written) {
    if (!written.matches("[1-9][0-9]{0,4}") || Integer.parseInt(written) > 65535) {
      throw new RefusedException(400, "a port is a number from 1 to 65535");
    }
    return Integer.parseInt(written);
  }

  /// @throws RefusedException where no rule allows it
  public void check(HostName host, int port) {
    if (rules.stream().noneMatch(rule -> rule.allows(host, port))) {
      throw new RefusedException(
          403, "'" + host + ":" + port + "' is not among the hosts that commands may reach");
    }
  }
}
