package dev.freehold.mcp.transport;

import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.spec.McpClientTransport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;

/// Messages with a server by streamable HTTP: no redirect is followed, no answer is larger than
/// there is room for, and no address that the server names is asked.
public final class HttpTransports {
  private static final Duration TO_CONNECT = Duration.ofSeconds(10);

  private HttpTransports() {}

  /// @param headers of every request
  /// @param timeout until a server's answer begins
  public static McpClientTransport of(
      URI url, Map<String, String> headers, Duration timeout, McpJsonMapper json) {
    HttpRequest.Builder request = HttpRequest.newBuilder().timeout(timeout);
    headers.forEach(request::setHeader);
    return HttpClientStreamableHttpTransport.builder(origin(url))
        .endpoint(url.toString())
        .jsonMapper(json)
        .clientBuilder(
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER))
        .connectTimeout(TO_CONNECT)
        .requestBuilder(request)
        .supportedProtocolVersions(Protocol.VERSIONS)
        .maxResponseSize(MessageJson.MOST_BYTES)
        .build();
  }

  private static String origin(URI url) {
    return url.getScheme() + "://" + url.getRawAuthority() + "/";
  }
}
