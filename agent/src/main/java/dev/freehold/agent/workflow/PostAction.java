package dev.freehold.agent.workflow;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Sends each payload to a server, as JSON with an `Idempotency-Key`.
///
/// The address stands in the workflow's file: nothing that comes from tickets or models decides
/// where a request goes, and redirects are not followed.
public final class PostAction implements WorkflowAction {
  private static final int MOST_REPLY = 16_384;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final ActionSettings.Post settings;
  private final HttpClient client;
  private final Optional<String> authorization;

  /// @param client follows no redirects
  /// @param authorization sent with each request; is told to nobody else
  public PostAction(
      ActionSettings.Post settings, HttpClient client, Optional<String> authorization) {
    if (client.followRedirects() != HttpClient.Redirect.NEVER) {
      throw new IllegalArgumentException("the client follows redirects");
    }
    this.settings = settings;
    this.client = client;
    this.authorization = authorization;
  }

  @Override
  public boolean knowsKeys() {
    return settings.knowsKeys();
  }

  @Override
  public JsonNode perform(JsonNode payload, String key) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(settings.address())
            .timeout(LIMIT)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(payload.toString()));
    authorization.ifPresent(value -> request.header("Authorization", value));
    try {
      HttpResponse<InputStream> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        String text = new String(body.readNBytes(MOST_REPLY), StandardCharsets.UTF_8);
        return told(response.statusCode(), text);
      }
    } catch (ConnectException | HttpConnectTimeoutException nobody) {
      throw new StepException("%s cannot be reached".formatted(settings.address()));
    } catch (IOException failure) {
      throw new StepException(
          "%s: the request broke off: %s".formatted(settings.address(), failure), true);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new StepException("interrupted", true);
    }
  }

  private JsonNode told(int status, String text) {
    if (status >= 200 && status < 300) {
      return JsonNodeFactory.instance.objectNode().put("status", status).put("reply", text);
    }
    // A server that says 5xx may have done it before.
    throw new StepException(
        "%s answered %d: %s".formatted(settings.address(), status, Shown.text(text, 200)),
        status >= 500);
  }
}
