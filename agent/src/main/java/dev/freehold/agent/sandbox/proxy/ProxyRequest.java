package dev.freehold.agent.sandbox.proxy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What a client asks the proxy for, read strictly.
///
/// @param isTunnel whether it asks for a connection (CONNECT)
/// @param forwarded the request as it is sent on, where it is none for a connection
record ProxyRequest(boolean isTunnel, HostName host, int port, byte[] forwarded) {
  static final int MAX_BYTES = 16 << 10;

  private static final String TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}";
  private static final Set<String> NOT_FORWARDED =
      Set.of(
          "connection",
          "proxy-connection",
          "proxy-authorization",
          "proxy-authenticate",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "host",
          "content-length",
          "expect",
          "http2-settings");

  /// @param head all up to the empty line, without it
  static ProxyRequest of(byte[] head) {
    for (byte b : head) {
      if ((b < ' ' || b > '~') && b != '\r' && b != '\n') {
        throw new RefusedException(400, "a request has bytes that are not printable");
      }
    }
    List<String> lines = List.of(new String(head, StandardCharsets.US_ASCII).split("\r\n", -1));
    if (lines.stream().anyMatch(line -> line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0)) {
      throw new RefusedException(400, "a request has lines that do not end as HTTP's do");
    }
    String[] parts = lines.getFirst().split(" ", -1);
    if (parts.length != 3 || !parts[2].matches("HTTP/1\\.[01]")) {
      throw new RefusedException(400, "a request does not begin as one to an HTTP proxy does");
    }
    return switch (parts[0]) {
      case "CONNECT" -> tunnel(parts[1]);
      case "GET", "HEAD" -> plain(parts[0], parts[1], lines.subList(1, lines.size()));
      default ->
          throw new RefusedException(
              405, "without TLS only GET and HEAD are passed on, not " + parts[0]);
    };
  }

  private static ProxyRequest tunnel(String target) {
    int colon = target.indexOf(':');
    if (colon < 0) {
      throw new RefusedException(400, "CONNECT needs host and port");
    }
    return new ProxyRequest(
        true,
        HostName.of(target.substring(0, colon)),
        AllowedHosts.port(target.substring(colon + 1)),
        new byte[0]);
  }

  private static ProxyRequest plain(String method, String target, List<String> headers) {
    String scheme = "http://";
    if (!target.toLowerCase(Locale.ROOT).startsWith(scheme)) {
      throw new RefusedException(400, "a request to a proxy names its server");
    }
    String rest = target.substring(scheme.length());
    int end = rest.length();
    for (char mark : new char[] {'/', '?', '#', '\\'}) {
      int found = rest.indexOf(mark);
      end = found >= 0 ? Math.min(end, found) : end;
    }
    String authority = rest.substring(0, end);
    int colon = authority.indexOf(':');
    HostName host = HostName.of(colon < 0 ? authority : authority.substring(0, colon));
    int port =
        colon < 0 ? AllowedHosts.PLAIN_PORT : AllowedHosts.port(authority.substring(colon + 1));
    String path = rest.substring(end);
    if (path.isEmpty() || path.charAt(0) == '?') {
      path = "/" + path;
    }
    if (path.charAt(0) != '/' || path.indexOf('#') >= 0) {
      throw new RefusedException(400, "a request has a path that is none");
    }
    List<String> sent = new ArrayList<>(List.of(method + " " + path + " HTTP/1.1"));
    sent.add("Host: " + host + (port == AllowedHosts.PLAIN_PORT ? "" : ":" + port));
    sent.add("Connection: close");
    headers.stream().filter(ProxyRequest::isForwarded).forEach(sent::add);
    String text = String.join("\r\n", sent) + "\r\n\r\n";
    return new ProxyRequest(false, host, port, text.getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean isForwarded(String header) {
    int colon = header.indexOf(':');
    if (colon < 1 || !header.substring(0, colon).matches(TOKEN)) {
      throw new RefusedException(400, "a request has a header that is none");
    }
    return !NOT_FORWARDED.contains(header.substring(0, colon).toLowerCase(Locale.ROOT));
  }
}
